import { createSign, type KeyObject } from 'node:crypto';
import type { RawBody } from '../request/raw-body.js';
import { signingTime } from '../request/signing-time.js';

/** The two headers of SendGrid's Signed Event Webhook. */
export const SENDGRID_SIGNATURE_HEADER = 'X-Twilio-Email-Event-Webhook-Signature';
export const SENDGRID_TIMESTAMP_HEADER = 'X-Twilio-Email-Event-Webhook-Timestamp';

/** The headers to put on a post of events. */
export interface SendgridHeaders {
  readonly [SENDGRID_SIGNATURE_HEADER]: string;
  readonly [SENDGRID_TIMESTAMP_HEADER]: string;
}

/**
 * Signs a post of events as SendGrid does: ECDSA P-256 over SHA-256(timestamp ‖ raw body), base64 of the DER
 * form (Twilio docs, "Getting Started with the Event Webhook Security Features").
 *
 * @param input.timestamp Unix seconds.
 * @param input.body the exact bytes of the post; SendGrid's end in CR LF, which is signed with the rest.
 * @throws TypeError when the timestamp is not Unix seconds.
 */
export function signSendgridEvents(input: {
  readonly privateKey: KeyObject;
  readonly timestamp: number;
  readonly body: RawBody;
}): SendgridHeaders {
  const timestamp = signingTime(input.timestamp);
  const signature = createSign('sha256')
    .update(timestamp)
    .update(input.body)
    .sign(input.privateKey, 'base64');
  return { [SENDGRID_SIGNATURE_HEADER]: signature, [SENDGRID_TIMESTAMP_HEADER]: timestamp };
}
