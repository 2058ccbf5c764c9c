import { createHash } from 'node:crypto';
import { CodedError } from '@qflow/contracts';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, where there is an `Idempotency-Key` to compare it by. */
    exactBody?: Buffer;
  }
}

export const keyHeader = 'idempotency-key';
const maxLength = 255;
const printable = /^[\x20-\x7e]+$/;

/** Which key an account has used, and for what; both as SHA-256. */
export interface KeyUse {
  accountId: string;
  keyHash: Buffer;
  /** Of method, address and body: a repetition is the same request to the byte. */
  fingerprint: Buffer;
}

/**
 * What a request says about repeating it; undefined without the header.
 * @throws CodedError `validation_error`
 */
export function keyUseOf(request: FastifyRequest, accountId: string): KeyUse | undefined {
  const key = request.headers[keyHeader];
  if (key === undefined) return undefined;
  const flaw = flawOf(String(key), request.raw.headersDistinct[keyHeader]?.length ?? 1);
  if (flaw)
    throw new CodedError('validation_error', `The Idempotency-Key header ${flaw}.`, {
      errors: [{ path: '/Idempotency-Key', message: flaw }],
    });
  return { accountId, keyHash: sha256(String(key)), fingerprint: fingerprintOf(request) };
}

function flawOf(key: string, times: number): string | undefined {
  // Node joins repetitions with commas, which would pass for a key of its own.
  if (times > 1) return 'must be given once';
  return key.length <= maxLength && printable.test(key)
    ? undefined
    : `must be 1 to ${maxLength} printable ASCII characters`;
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const fingerprintOf = ({ method, url, exactBody = Buffer.alloc(0) }: FastifyRequest): Buffer =>
  createHash('sha256').update(`${method} ${url}\n`).update(exactBody).digest();
