import { isUtf8 } from 'node:buffer';
import { CodedError } from '@qflow/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { repeatedName } from './repeated-name.js';
import { refusal } from './validators.js';

export type Done = (error: Error | null, body?: unknown) => void;

const justJson = 'application/json';
const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i;

/**
 * A JSON body as RFC 8259 has it: UTF-8, a byte order mark ignored (§8.1), no name twice in one object. Names that
 * would reach into JavaScript's prototypes are refused too.
 */
export function jsonParser(
  fastify: FastifyInstance,
): (request: FastifyRequest, body: Buffer, done: Done) => void {
  const parse = fastify.getDefaultJsonParser('error', 'error') as unknown as (
    request: FastifyRequest,
    text: string,
    done: Done,
  ) => void;
  return (request, body, done) => {
    if (!isInUtf8(request.headers['content-type'])) return done(notInUtf8());
    // JSON.parse would put replacement characters in the place of broken ones, and they would be stored.
    if (!isUtf8(body)) return done(refusal([{ path: '/', message: 'is not valid UTF-8' }]));
    const text = body.toString();
    parse(request, text, (error, value) => {
      if (error) return done(isJson(text) ? reservedName() : error);
      const repeated = repeatedName(text, value);
      if (repeated === undefined) done(null, value);
      else done(refusal([{ path: repeated, message: 'is given twice' }]));
    });
  };
}

/** What the parser refuses of that is names alone, and it tells them apart from broken JSON by nothing. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return false;
  }
}

const reservedName = (): CodedError =>
  refusal([{ path: '/', message: 'must not hold the names __proto__ or constructor.prototype' }]);

const isInUtf8 = (contentType: string | undefined): boolean => {
  if (contentType === undefined || contentType === justJson) return true;
  const named = charset.exec(contentType)?.[1]?.toLowerCase();
  return named === undefined || named === 'utf-8' || named === 'utf8';
};

const notInUtf8 = (): CodedError =>
  new CodedError('unsupported_media_type', 'Send the body as application/json in UTF-8 (RFC 8259 §8.1).');
