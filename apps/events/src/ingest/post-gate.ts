import type { IncomingHttpHeaders } from 'node:http';
import {
  rejectSendgridHeaders,
  SENDGRID_SIGNATURE_HEADER,
  SENDGRID_TIMESTAMP_HEADER,
  type SendgridHeaderValues,
} from '@qflow/signing';
import { maxPostBytes } from './post-size.js';
import type { PostsInHand } from './posts-in-hand.js';
import { notAuthentic, RefusedPost, tooLarge } from './refused-post.js';

/** Node has lower-cased the names of what it received. */
const signatureHeader = SENDGRID_SIGNATURE_HEADER.toLowerCase();
const timestampHeader = SENDGRID_TIMESTAMP_HEADER.toLowerCase();

/** What of a request its signature is checked by. */
export const signatureOf = (headers: IncomingHttpHeaders): SendgridHeaderValues => ({
  signature: headers[signatureHeader],
  timestamp: headers[timestampHeader],
});

/** How a body comes: as it is, or packed by a proxy on the way. */
export const isPacked = ({ 'content-encoding': encoding }: IncomingHttpHeaders): boolean =>
  /^\s*(?:x-)?gzip\s*$/i.test(encoding ?? '');

const isPlain = ({ 'content-encoding': encoding }: IncomingHttpHeaders): boolean =>
  /^\s*(?:identity)?\s*$/i.test(encoding ?? '');

/** Decides by its headers whether a post is let in at all, before a byte of its body is read. */
export class PostGate {
  constructor(
    private readonly inHand: PostsInHand,
    private readonly toleranceSeconds: number,
  ) {}

  /**
   * Lets a post in.
   * @returns gives back the room it takes; to be called once it is answered
   * @throws RefusedPost for one that cannot be authentic, cannot be read, or for which there is no room
   */
  admit(headers: IncomingHttpHeaders): () => void {
    const rejected = rejectSendgridHeaders(signatureOf(headers), { toleranceSeconds: this.toleranceSeconds });
    if (rejected) throw notAuthentic(rejected.reason);
    if (!isPlain(headers) && !isPacked(headers)) throw unknownEncoding();
    const length = Number(headers['content-length'] ?? NaN);
    if (length > maxPostBytes) throw tooLarge();
    // A body of unknown length, or one that is packed, may turn out as large as any.
    return this.inHand.admit(isPlain(headers) && length >= 0 ? length : maxPostBytes);
  }
}

const unknownEncoding = (): RefusedPost =>
  new RefusedPost(
    'unsupported_encoding',
    'unsupported_media_type',
    'Send the body as it is, or with Content-Encoding: gzip.',
  );
