import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PostGate } from './post-gate.js';

/** Where SendGrid's Event Webhook posts to. */
export const ingestPath = '/ingest/sendgrid';

/** Puts the gate before the route: what it refuses costs neither memory nor a check of a signature. */
export function guardPosts(app: NestFastifyApplication): void {
  const gate = app.get(PostGate);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async ({ routeOptions, headers }, reply) => {
      if (routeOptions.url !== ingestPath) return;
      const giveBack = gate.admit(headers);
      // Comes in any case: answered, broken off or timed out.
      reply.raw.once('close', giveBack);
    });
}
