import { hash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { parse, stringify } from 'uuid';
import { mintId } from './mint-id.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** A UUIDv7 of the request's `Idempotency-Key`, the same in every repetition; absent without a key. */
    idSeed?: string;
  }
}

/** Where the ids of what a request creates come from. */
export interface NewIds {
  next: () => string;
  /** Whether a repetition of the request will be given the same ids. */
  readonly repeatable: boolean;
}

/**
 * Ids of a request with an `Idempotency-Key` follow from its seed, in the order in which they are asked for. If this
 * process dies after the work is committed and before its answer is stored, the repetition asks for the same ids,
 * and finds the work done instead of doing it twice.
 */
export function newIds(seed: string | undefined): NewIds {
  if (seed === undefined) return unrepeatable;
  let count = 0;
  return { next: () => derived(seed, count++), repeatable: true };
}

/** Of requests without a key: nobody can ask for the same ids again. */
const unrepeatable: NewIds = { next: mintId, repeatable: false };

/** A UUIDv7 of the seed's moment whose random bits follow from the seed and the count (RFC 9562 §5.7). */
function derived(seed: string, count: number): string {
  const bytes = hash('sha256', `${seed}/${count}`, 'buffer').subarray(0, 16);
  bytes.set(parse(seed).subarray(0, 6));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return stringify(bytes);
}

/** The {@link NewIds} of this request, for a handler that creates something. */
export const MintedIds = createParamDecorator((_: unknown, context: ExecutionContext): NewIds =>
  newIds(context.switchToHttp().getRequest<FastifyRequest>().idSeed),
);
