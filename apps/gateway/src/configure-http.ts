import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { LOGGER } from '@qflow/service';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { GATEWAY_CONFIG, type GatewayConfig } from './config.js';
import { enableCors } from './cors/enable-cors.js';
import { IdempotencyKeys } from './idempotency/idempotency-keys.js';
import { keepAnswers } from './idempotency/keep-answers.js';
import { admit } from './limits/admission.js';
import { refusalLog } from './limits/refusal-log.js';
import { openApiDocument } from './openapi/document.js';
import { AllowedMethods } from './problem/allowed-methods.js';
import { refuseEarly } from './problem/refuse-early.js';
import { requireSubscriptionKey } from './subscription-keys/require-subscription-key.js';
import { useBodyParsers } from './validation/body-parsers.js';
import { Validators } from './validation/validators.js';

/** What has to happen before the routes are registered and the port opens. */
export function configureHttp(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const allowed = app.get(AllowedMethods);
  allowed.watch(fastify);
  ignoreExpectations(fastify);
  const { CORS_ORIGINS, SUBSCRIPTION_KEYS, ROUTE_CONCURRENCY } = app.get<GatewayConfig>(GATEWAY_CONFIG);
  // In this order: the answer to a preflight is not the one to a plain OPTIONS.
  enableCors(fastify, CORS_ORIGINS, allowed);
  requireSubscriptionKey(fastify, SUBSCRIPTION_KEYS);
  refuseEarly(fastify, allowed);
  keepAnswers(fastify, app.get(IdempotencyKeys));
  // Behind the keeping of answers: until one is kept, its request is in the works.
  admit(fastify, { perRoute: ROUTE_CONCURRENCY, refused: refusalLog(app.get<Logger>(LOGGER)) });
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

/** RFC 9110 §10.1.1: what a client expects beside `100-continue` may be ignored. Node would answer a 417 of its own. */
function ignoreExpectations({ server }: FastifyInstance): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}
