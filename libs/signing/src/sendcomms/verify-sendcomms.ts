import { createHmac, timingSafeEqual } from 'node:crypto';
import { headerText, type HeaderValue } from '../request/header-value.js';
import { isRawBody, type RawBody } from '../request/raw-body.js';
import { rejected, type Rejected } from '../request/verification.js';
import { utf8Key } from '../secrets/hmac-keys.js';
import { secretList, type SigningSecrets } from '../secrets/signing-secrets.js';

/** A received request in the SendComms format. */
export type SendcommsRequest = SigningSecrets & {
  /** `X-SendComms-Signature`. */
  readonly header: HeaderValue;
  /** `X-SendComms-Signature-Previous`, which is there while a rotation overlap lasts. */
  readonly previousHeader?: HeaderValue;
  /** The body as received, before any parser. */
  readonly body: RawBody | null | undefined;
};

const PREFIX = 'sha256=';

/** The well-formed `sha256=<64 hex>` of a header; hex letters of either case. */
function readSignatures(header: string): Buffer[] {
  const signatures: Buffer[] = [];
  for (const element of header.split(',')) {
    const text = element.trim();
    if (!text.startsWith(PREFIX) || text.length !== PREFIX.length + 64) continue;
    const bytes = Buffer.from(text.slice(PREFIX.length), 'hex');
    if (bytes.length === 32) signatures.push(bytes);
  }
  return signatures;
}

/**
 * Whether a request in the SendComms format is authentic. This format signs no timestamp, so nothing stops a
 * captured request from being sent again: dedupe on `transaction_id`.
 *
 * @throws TypeError only for the caller's own mistake: no secret, or an empty one.
 */
export function verifySendcomms(request: SendcommsRequest): { readonly valid: true } | Rejected {
  const secrets = secretList(request);
  const { body } = request;
  if (!isRawBody(body)) return rejected('raw_body_missing');
  const current = headerText(request.header, ',');
  const previous = headerText(request.previousHeader, ',');
  if (current === undefined && previous === undefined) return rejected('missing_signature');
  if (current === null || previous === null) return rejected('malformed_header');

  const signatures = [...readSignatures(current ?? ''), ...readSignatures(previous ?? '')];
  if (signatures.length === 0) return rejected('malformed_header');
  for (const secret of secrets) {
    const expected = createHmac('sha256', utf8Key(secret)).update(body).digest();
    if (signatures.some((signature) => timingSafeEqual(signature, expected))) return { valid: true };
  }
  return rejected('signature_mismatch');
}
