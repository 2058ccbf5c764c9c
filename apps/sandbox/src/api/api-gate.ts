import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isJsonType } from './json-type.js';
import { RateWindow } from './rate-window.js';
import { SendGridError } from './sendgrid-error.js';
import { sendGridWords } from './sendgrid-words.js';

/** Where mail is sent to. */
export const MAIL_SEND = '/v3/mail/send';

/** What callers of the API may do. */
export interface GateRules {
  apiKey: string;
  /** Calls a second of `POST /v3/mail/send`, and as many of everything else together. */
  rateLimit: number;
}

/**
 * Stands before everything under `/v3`, even before the body is read, as SendGrid's own gate does: the key
 * must be right, and calls must not come faster than the limit.
 */
export function guardApi(fastify: FastifyInstance, { apiKey, rateLimit }: GateRules): void {
  const expected = Buffer.from(`Bearer ${apiKey}`);
  const mails = new RateWindow(rateLimit);
  const others = new RateWindow(rateLimit);
  fastify.addHook('onRequest', (request, reply, next) => {
    // Undefined where there is none. Not the path, which can be written in many ways.
    const route = request.routeOptions.url;
    if (route === MAIL_SEND) {
      next(examine(request, reply, expected, mails) ?? examineType(request));
      return;
    }
    forgetTypeOfNothing(request);
    next((route ?? request.url).startsWith('/v3/') ? examine(request, reply, expected, others) : undefined);
  });
}

/** Many clients, SendGrid's among them, name a type for the body that they do not send; Fastify would look for it. */
function forgetTypeOfNothing({ headers }: FastifyRequest): void {
  const length = headers['content-length'] ?? '0';
  if (length === '0' && headers['transfer-encoding'] === undefined) delete headers['content-type'];
}

function examine(
  { headers: { authorization } }: FastifyRequest,
  reply: FastifyReply,
  expected: Buffer,
  rate: RateWindow,
): SendGridError | undefined {
  if (authorization === undefined) return SendGridError.of(401, 'authorization required');
  if (!isSame(authorization, expected)) return SendGridError.of(401, sendGridWords(401));
  const standing = rate.take(Date.now());
  setRateHeaders(reply, standing);
  return standing.spent ? SendGridError.of(429, sendGridWords(429)) : undefined;
}

/** Fastify would also read forms and plain text. */
function examineType({ headers }: FastifyRequest): SendGridError | undefined {
  return isJsonType(headers['content-type']) ? undefined : SendGridError.of(415, sendGridWords(415));
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

/** Takes as long for one wrong key as for another of the same length. */
function isSame(text: string, expected: Buffer): boolean {
  const given = Buffer.from(text);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
