import type { LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { AccountsService } from './accounts/accounts.service.js';
import { AppModule } from './app.module.js';
import { ChallengeRegistrationService } from './challenge-registration/challenge-registration.service.js';
import type { Config } from './config/config.js';
import type { ConnectedDatabase } from './database/connect.js';
import { VERSION } from './health/health.service.js';
import { hasWorkerToken } from './http/credentials.js';
import { boundedJson, JSON_BOUNDS, OUTCOME_BOUNDS, OUTCOME_LIMIT_BYTES } from './http/json-bounds.js';
import { serveApiDescription } from './http/openapi.js';
import { observeRequests } from './http/observe-requests.js';
import { nameRequest } from './http/request-context.js';
import { RequestDrain } from './http/request-drain.js';
import { refuseUnstorableText } from './http/storable-text.js';
import { MetricsService } from './metrics/metrics.service.js';
import { METRICS_PATH, serveMetrics } from './metrics/serve-metrics.js';
import { ObjectStore } from './object-store/object-store.js';
import { backendLogger } from './logging/backend-logger.js';
import { logRequest } from './http/log-requests.js';

const JSON_LIMIT = '1mb';
const OUTCOME_PATH = /^\/api\/worker\/jobs\/[^/]+\/finish$/;

/** The API, ready to listen. The data source must be connected and migrated. */
export async function createApplication(
  config: Config,
  dataSource: ConnectedDatabase,
  options: { logLevels?: LogLevel[] } = {},
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(config, dataSource), {
    logger: backendLogger(options.logLevels),
    abortOnError: false,
    bodyParser: false,
    forceCloseConnections: true,
  });
  const isHttps = config.publicUrl.protocol === 'https:';
  app.set('trust proxy', 'loopback, linklocal, uniquelocal');
  app.set('etag', false);
  app.use(nameRequest);
  const metrics = app.get(MetricsService);
  app.use(
    observeRequests((answered) => {
      metrics.count(answered);
      logRequest(answered);
    }),
  );
  app.use(app.get(RequestDrain).admit);
  app.use(METRICS_PATH, serveMetrics(metrics));
  app.use(
    helmet({
      // Whatever a file holds, a browser that opens it as a page runs and loads nothing.
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], sandbox: [] },
      },
      strictTransportSecurity: isHttps,
    }),
    (_request: Request, response: Response, next: NextFunction) => {
      // Replies that may be kept say so themselves.
      response.setHeader('Cache-Control', 'no-store');
      next();
    },
  );
  app.use(
    '/api/docs',
    // The API description is the only page here; it needs its own scripts and styles and nothing from elsewhere.
    helmet.contentSecurityPolicy({
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        frameAncestors: ["'none'"],
        upgradeInsecureRequests: isHttps ? [] : null,
      },
    }),
  );
  app.useBodyParser('json', {
    ...boundedJson(OUTCOME_LIMIT_BYTES, OUTCOME_BOUNDS),
    type: (request) =>
      OUTCOME_PATH.test(request.url ?? '') &&
      request.headers['content-type']?.startsWith('application/json') === true &&
      hasWorkerToken(request, config.workerTokens),
  });
  app.useBodyParser('json', boundedJson(JSON_LIMIT, JSON_BOUNDS));
  app.use(refuseUnstorableText);
  app.setGlobalPrefix('api');
  app.enableShutdownHooks(['SIGTERM', 'SIGINT']);
  serveApiDescription(app, { version: VERSION, publicUrl: config.publicUrl });
  await app.init();
  return app;
}

/** What the environment asks for beyond the code: a place for files, the organiser's account and the challenges in the folder. */
export async function registerConfiguredData(app: NestExpressApplication, config: Config): Promise<void> {
  await app.get(ObjectStore).prepare();
  await app.get(AccountsService).ensureBuiltInOrganiser();
  if (config.datasetsFolder !== null) {
    await app.get(ChallengeRegistrationService).registerFolders(config.datasetsFolder);
  }
}
