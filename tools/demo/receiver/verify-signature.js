import { createHmac, timingSafeEqual } from 'node:crypto';

/** A captured request cannot be replayed after this many seconds. */
const WINDOW = 300;

/**
 * Verifies a webhook the way the integrator guide explains it. Nothing here comes from Qflow: copy it.
 * @param {string} secret As it came from `POST /api/comms/webhook`.
 * @param {string} header `X-Qflow-Signature`: `t=<unix seconds>,v1=<64 hex digits>`.
 * @param {string} body The raw body. JSON that was parsed and printed again is other bytes.
 * @param {number} [now] Unix seconds.
 * @returns {string | undefined} what is wrong with it; undefined when it is genuine.
 */
export function verifySignature(secret, header, body, now = Math.floor(Date.now() / 1000)) {
  const parts = Object.fromEntries(header.split(',').map((part) => part.split('=')));
  const t = parseInt(parts.t, 10);
  const v1 = parts.v1 ?? '';
  if (!t) return 'no timestamp in X-Qflow-Signature';
  if (Math.abs(now - t) > WINDOW) return `signed ${Math.abs(now - t)} s from now`;

  const expected = Buffer.from(createHmac('sha256', secret).update(`${t}.${body}`).digest('hex'));
  const received = Buffer.from(v1);
  // timingSafeEqual takes buffers of one length only. The length of a signature is no secret.
  const matches = expected.length === received.length && timingSafeEqual(expected, received);
  return matches ? undefined : 'the signature does not match the body';
}
