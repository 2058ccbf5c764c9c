import { signStandard, STANDARD_HEADERS } from '@qflow/signing';
import { everyRequest } from './every-request.js';
import type { WireFormat } from './wire-format.js';

/**
 * Standard Webhooks 1.0.0: its payload (`type`, `timestamp`, `data`, "Payload structure") with the data of the Qflow
 * format, and its three headers ("Webhook headers"). With Ed25519 keys a `v1a` follows the `v1`.
 */
export const standardFormat: WireFormat = {
  body: ({ type, createdAt, data }) => JSON.stringify({ type, timestamp: createdAt, data }),

  headers: ({ webhookId, body, secrets, privateKeys, timestamp }) => ({
    ...everyRequest,
    [STANDARD_HEADERS.id]: webhookId,
    [STANDARD_HEADERS.timestamp]: String(timestamp),
    [STANDARD_HEADERS.signature]: signStandard({ secrets, privateKeys, id: webhookId, timestamp, body }),
  }),
};
