import { createHmac } from 'node:crypto';
import type { RawBody } from '../request/raw-body.js';
import { utf8Key } from '../secrets/hmac-keys.js';
import { secretList, type SigningSecrets } from '../secrets/signing-secrets.js';

/** The one header a SendComms receiver reads. */
export const SENDCOMMS_SIGNATURE_HEADER = 'X-SendComms-Signature';

/** Sent beside it during a rotation overlap; receivers that do not know it are not disturbed by it. */
export const SENDCOMMS_PREVIOUS_SIGNATURE_HEADER = 'X-SendComms-Signature-Previous';

/** The headers to put on a request in the SendComms format. */
export interface SendcommsHeaders {
  readonly [SENDCOMMS_SIGNATURE_HEADER]: string;
  readonly [SENDCOMMS_PREVIOUS_SIGNATURE_HEADER]?: string;
}

/** `sha256=` and 64 lower-case hex, the digest being over the body alone. */
export function sendcommsSignature(secret: string, body: RawBody): string {
  return `sha256=${createHmac('sha256', utf8Key(secret)).update(body).digest('hex')}`;
}

/**
 * Signs in the SendComms format: `sha256=<hex HMAC-SHA256(secret, body)>` (SendComms webhooks page, "Verifying
 * Webhooks"), the secret being the whole string, `whsec_` included.
 *
 * Headers are returned and not one string, because this wire has room for one signature: its receivers compare
 * the whole header for equality. The newest secret signs it; the signatures of older ones, comma separated, go
 * into a second header, which {@link verifySendcomms} accepts as well.
 *
 * @throws TypeError when a secret is empty.
 */
export function signSendcomms(message: SigningSecrets & { readonly body: RawBody }): SendcommsHeaders {
  const [newest, ...older] = secretList(message).map((secret) => sendcommsSignature(secret, message.body));
  const current = { [SENDCOMMS_SIGNATURE_HEADER]: newest! } as const;
  return older.length === 0
    ? current
    : { ...current, [SENDCOMMS_PREVIOUS_SIGNATURE_HEADER]: older.join(',') };
}
