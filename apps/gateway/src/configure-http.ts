import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { openApiDocument } from './openapi/document.js';
import { AllowedMethods } from './problem/allowed-methods.js';
import { useBodyParsers } from './validation/body-parsers.js';
import { Validators } from './validation/validators.js';

/** What has to happen before the routes are registered and the port opens. */
export function configureHttp(app: NestFastifyApplication): void {
  app.get(AllowedMethods).watch(app.getHttpAdapter().getInstance());
  useBodyParsers(app);
  const document = openApiDocument(app);
  app.get(Validators).compile(document);
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Qflow Comms API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, tryItOutEnabled: true },
  });
}
