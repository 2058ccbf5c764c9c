import { gunzip } from 'node:zlib';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isPacked } from './post-gate.js';
import { maxPostBytes } from './post-size.js';
import { tooLarge } from './refused-post.js';

/**
 * Hands request bodies to handlers as the bytes that arrived, whatever their content type says: the signature is over
 * those, and nothing of a post is parsed before it is known to be SendGrid's. Only `Content-Encoding: gzip`, which a
 * proxy in between may have added, is undone; the body limit applies to what comes out as well.
 */
export function keepBodiesRaw(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  // One that is not well-formed would be refused by Fastify before it asks for a parser.
  fastify.addHook('onRequest', async ({ headers }) => {
    if (headers['content-type'] !== undefined) headers['content-type'] = 'application/octet-stream';
  });
  app.useBodyParser('*', {}, ({ headers }, body, done) => {
    if (!isPacked(headers)) return done(null, body);
    gunzip(body, { maxOutputLength: maxPostBytes }, (error, unpacked) =>
      done(error && refusalOf(error), unpacked),
    );
  });
}

/** Fastify takes the status from the error, and 500 where it has none. */
const refusalOf = (error: NodeJS.ErrnoException): Error =>
  error.code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : Object.assign(error, { statusCode: 400 });
