import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { createApplication, registerConfiguredData } from './application.js';
import { configFromEnvironment, InvalidConfigError } from './config/config.js';
import { connectDatabase, DatabaseUnreachableError, withMigrationLock } from './database/connect.js';
import { backendLogger } from './logging/backend-logger.js';

Logger.overrideLogger(backendLogger());
const logger = new Logger('start');

async function start(): Promise<void> {
  const config = configFromEnvironment();
  const dataSource = await connectDatabase(config.databaseUrl, {
    waitMs: config.databaseWaitMs,
    say: (line) => logger.warn(line),
    onPoolError: (error) => logger.warn(`lost a connection to the database: ${error.message}`),
  });
  const app = await withMigrationLock(config.databaseUrl, async () => {
    const applied = await dataSource.runMigrations({ transaction: 'each' });
    for (const { name } of applied) logger.log(`migrated the database: ${name}`);
    const application = await createApplication(config, dataSource);
    await registerConfiguredData(application, config);
    return application;
  });
  await app.listen(config.apiPort, config.apiHost);
  logger.log(`listening on ${await app.getUrl()}/api`);
}

try {
  await start();
} catch (error) {
  const isExpected =
    error instanceof InvalidConfigError ||
    error instanceof DatabaseUnreachableError ||
    (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE');
  logger.fatal(error instanceof Error ? (isExpected ? error.message : error.stack) : String(error));
  process.exit(1);
}
