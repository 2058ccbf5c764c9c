import type { FastifyReply } from 'fastify';
import type { AttachmentLabel } from '../mail-send/mail-request.js';

/** RFC 9110 §8.3.1: two tokens; a sender may write anything into the type of an attachment. */
const MEDIA_TYPE = /^[\w!#$%&'*+.^`|~-]{1,127}\/[\w!#$%&'*+.^`|~-]{1,127}$/;

/** Hands an attachment out for saving: whatever it claims to be, a browser neither shows nor runs it. */
export function serveAttachment(reply: FastifyReply, label: AttachmentLabel, content: Buffer): void {
  const { type, filename } = label;
  void reply
    .headers({
      'content-type': MEDIA_TYPE.test(type) ? type : 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${encodeFilename(filename)}`,
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
    })
    .send(content);
}

/** RFC 8187 §3.2.1. A half of a surrogate pair, which JSON can have and UTF-8 cannot, becomes U+FFFD. */
function encodeFilename(filename: string): string {
  const encoded = encodeURIComponent(Buffer.from(filename).toString());
  return encoded.replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
