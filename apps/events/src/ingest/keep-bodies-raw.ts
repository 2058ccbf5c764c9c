import { createGunzip, type Gunzip } from 'node:zlib';
import { pipeline } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RefusedPost } from './refused-post.js';

/**
 * Hands request bodies to handlers as the bytes that arrived, whatever their content type says: the signature is over
 * those, and nothing of a post is parsed before it is known to be SendGrid's. Only `Content-Encoding: gzip`, which a
 * proxy in between may have added, is undone; the body limit applies to what comes out.
 */
export function keepBodiesRaw(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  app.useBodyParser('*', {}, (_request, body, done) => done(null, body));
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const encoding = request.headers['content-encoding']?.trim().toLowerCase();
    if (encoding === undefined || encoding === 'identity') return done(null, payload);
    if (encoding !== 'gzip' && encoding !== 'x-gzip') return done(unknownEncoding());
    // A failure of either stream reaches Fastify through the one it reads; there is nothing to add to it here.
    const gunzip = pipeline(payload, countedGunzip(), () => undefined);
    done(null, gunzip);
  });
}

/** Fastify compares this count, not the unpacked length, with the Content-Length. */
function countedGunzip(): Gunzip {
  const gunzip = createGunzip();
  Object.defineProperty(gunzip, 'receivedEncodedLength', { get: () => gunzip.bytesWritten });
  return gunzip;
}

const unknownEncoding = (): RefusedPost =>
  new RefusedPost(
    'unsupported_encoding',
    'unsupported_media_type',
    'Send the body as it is, or with Content-Encoding: gzip.',
  );
