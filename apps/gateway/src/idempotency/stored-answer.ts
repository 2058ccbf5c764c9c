import type { OutgoingHttpHeaders } from 'node:http';
import { decrypt, encrypt, type KeyRing } from '@qflow/persistence';
import type { FastifyReply } from 'fastify';
import type { SealedAnswer } from './settle-claims.js';

/** An answer as it went out. */
export interface StoredAnswer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: string;
}

/**
 * Headers that speak of this very exchange and not of the answer. `X-Request-Id` is not among them: the id under
 * which the work was done is in the log, and in the body of a problem.
 */
const ofTheExchange =
  /^(connection|content-length|date|keep-alive|ratelimit|ratelimit-policy|transfer-encoding|vary|access-control-.*)$/;

/** The answer that is about to be sent; null where repeating the request may well bring another one. */
export function answerOf(reply: FastifyReply, payload: unknown): StoredAnswer | null {
  const status = reply.statusCode;
  // Who is told to come back later must not find the same answer then, nor who has been granted what was lacking.
  if (status >= 500 || status === 403 || reply.hasHeader('retry-after')) return null;
  const body = textOf(payload);
  if (body === undefined) return null;
  const headers = Object.entries(reply.getHeaders()).filter(([name]) => !ofTheExchange.test(name));
  return { status, headers: Object.fromEntries(headers), body };
}

/**
 * What Fastify is about to write: JSON as a text, problem documents as bytes, nothing for an empty answer. No POST
 * answers with a stream; one that did could not be kept.
 */
function textOf(payload: unknown): string | undefined {
  if (payload == null) return '';
  if (typeof payload === 'string') return payload;
  return Buffer.isBuffer(payload) ? payload.toString('utf8') : undefined;
}

/** Some answers hold secrets, such as a new webhook's. */
export const sealAnswer = (keys: KeyRing, { status, headers, body }: StoredAnswer): SealedAnswer => ({
  status,
  answer: encrypt(keys, JSON.stringify({ headers, body })),
});

export const openAnswer = (keys: KeyRing, { status, answer }: SealedAnswer): StoredAnswer => ({
  status,
  ...(JSON.parse(decrypt(keys, answer)) as Omit<StoredAnswer, 'status'>),
});
