import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { namedJsonSchemas } from './api-schemas.js';
import { sessionCookieName } from './credentials.js';

const DESCRIPTION = `
Sillage evaluates maps of sea surface height. A participant uploads a reconstruction (tus, resumable), submits it to
one or more tasks of a challenge, follows its state and finds it on the leaderboard.

Every reply with status 400 or more has the body \`{ "error": { code, message, fix?, fields?, requestId } }\`.
Programs send \`Authorization: Bearer sil_…\`; browsers have the session cookie, and then a write must come from the same origin.
`;

/** /api/openapi.json and, for people, /api/docs. */
export function serveApiDescription(
  app: NestExpressApplication,
  { version, publicUrl }: { version: string; publicUrl: URL },
): void {
  const settings = new DocumentBuilder()
    .setTitle('Sillage')
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'An API token (sil_…) or, on /api/worker, a worker token',
    })
    .addCookieAuth(sessionCookieName(publicUrl))
    .build();
  const document = SwaggerModule.createDocument(app, settings);
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...namedJsonSchemas() },
  };
  SwaggerModule.setup('api/docs', app, document, {
    jsonDocumentUrl: 'api/openapi.json',
    customSiteTitle: 'Sillage API',
  });
}
