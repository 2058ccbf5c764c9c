import { CodedError, type ErrorCode, type ErrorExtras } from '@qflow/contracts';
import type { RejectionReason } from '@qflow/signing';
import { maxPostBytes } from './post-size.js';

/** Why a post was not taken; the label of `qflow_provider_posts_refused_total`. */
export type RefusalReason =
  | RejectionReason
  | 'payload_too_large'
  | 'unsupported_encoding'
  | 'unreadable_body'
  | 'not_a_json_array'
  | 'overloaded'
  | 'stream_unavailable';

const everyReason: Record<RefusalReason, true> = {
  raw_body_missing: true,
  missing_signature: true,
  malformed_header: true,
  timestamp_out_of_window: true,
  signature_mismatch: true,
  payload_too_large: true,
  unsupported_encoding: true,
  unreadable_body: true,
  not_a_json_array: true,
  overloaded: true,
  stream_unavailable: true,
};

export const refusalReasons = Object.keys(everyReason) as RefusalReason[];

/** A post that is answered with an error; nothing of it is kept, so the provider has to repeat it. */
export class RefusedPost extends CodedError {
  constructor(
    readonly reason: RefusalReason,
    code: ErrorCode,
    detail: string,
    extras: ErrorExtras = {},
  ) {
    super(code, detail, extras);
    this.name = 'RefusedPost';
  }
}

/** @see maxPostBytes */
export const tooLarge = (): RefusedPost =>
  new RefusedPost(
    'payload_too_large',
    'payload_too_large',
    `A post may have ${maxPostBytes / 1024 / 1024} MiB at the most, also once it is unpacked.`,
  );

/** The same words whatever was wrong with the signature: whoever forges one learns nothing from the answer. */
export const notAuthentic = (reason: RejectionReason): RefusedPost =>
  new RefusedPost(reason, 'unauthorized', 'The signature of this post is missing, wrong or too old.');
