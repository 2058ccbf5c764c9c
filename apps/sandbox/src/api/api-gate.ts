import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RateWindow } from './rate-window.js';
import { SendGridError } from './sendgrid-error.js';

const MAIL_SEND = '/v3/mail/send';

/**
 * Stands before everything under `/v3`, even before the body is read, as SendGrid's own gate does: the key
 * must be right, and mail must not come faster than the limit.
 */
export function guardApi(fastify: FastifyInstance, apiKey: string, rate: RateWindow): void {
  const expected = digest(`Bearer ${apiKey}`);
  fastify.addHook('onRequest', (request, reply, next) => {
    next(request.url.startsWith('/v3/') ? examine(request, reply, expected, rate) : undefined);
  });
}

function examine(
  request: FastifyRequest,
  reply: FastifyReply,
  expected: Buffer,
  rate: RateWindow,
): SendGridError | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined) return SendGridError.of(401, 'authorization required');
  if (!timingSafeEqual(digest(authorization), expected)) {
    return SendGridError.of(401, 'The provided authorization grant is invalid, expired, or revoked');
  }
  if (request.method !== 'POST' || !request.url.startsWith(MAIL_SEND)) return undefined;
  const standing = rate.take(Date.now());
  setRateHeaders(reply, standing);
  if (standing.spent) return SendGridError.of(429, 'too many requests');
  // Fastify would also read forms and plain text.
  const isJson = /^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '');
  return isJson ? undefined : SendGridError.of(415, 'Content-Type should be application/json.');
}

/** @param standing `reset` in Unix seconds */
export function setRateHeaders(
  reply: FastifyReply,
  standing: { limit: number; remaining: number; reset: number },
): void {
  void reply.headers({
    'x-ratelimit-limit': standing.limit,
    'x-ratelimit-remaining': standing.remaining,
    'x-ratelimit-reset': standing.reset,
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
