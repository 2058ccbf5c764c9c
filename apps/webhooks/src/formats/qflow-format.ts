import { QFLOW_SIGNATURE_HEADER, signQflow } from '@qflow/signing';
import { everyRequest } from './every-request.js';
import type { WireFormat } from './wire-format.js';

/** The format of Qflow's webhooks page: payload shape, headers and signature. */
export const qflowFormat: WireFormat = {
  body: ({ id, type, createdAt, data }) => JSON.stringify({ id, type, createdAt, data }),

  headers: ({ webhookId, type, body, secrets, timestamp }) => ({
    ...everyRequest,
    [QFLOW_SIGNATURE_HEADER]: signQflow({ secrets, timestamp, body }),
    'X-Qflow-Webhook-Id': webhookId,
    'X-Qflow-Event': type,
  }),
};
