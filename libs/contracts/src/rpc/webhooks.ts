import type { TimelineEntry } from './sends.js';
import { defineRpc } from './rpc.js';

export interface WebhookWithSecret {
  url: string;
  /** Shown in this answer and never again. */
  secret: string;
}

/** What became of a test call's one attempt. */
export interface TestResult {
  /** The event's id, `X-Qflow-Webhook-Id`. */
  id: string;
  delivered: boolean;
  /** Null where no answer came. */
  statusCode: number | null;
  durationMs: number;
  /** Null when delivered. */
  error: string | null;
}

/** Sets the account's webhook; a second call replaces the URL and the secret. Errors: `validation_error`. */
export const setWebhook = defineRpc<{ accountId: string; url: string }, WebhookWithSecret>(
  'comms.rpc.webhooks.set.v1',
);

/** Null where none is registered. */
export const getWebhook = defineRpc<{ accountId: string }, { url: string } | null>(
  'comms.rpc.webhooks.get.v1',
);

/** Errors: `not_found` where none is registered. */
export const rotateWebhook = defineRpc<{ accountId: string }, WebhookWithSecret>(
  'comms.rpc.webhooks.rotate.v1',
);

/** Errors: `not_found` where none is registered. */
export const testWebhook = defineRpc<{ accountId: string }, TestResult>('comms.rpc.webhooks.test.v1');

/** Errors: `not_found` where none is registered. */
export const deleteWebhook = defineRpc<{ accountId: string }, { deleted: true }>(
  'comms.rpc.webhooks.delete.v1',
);

/** What the account's endpoints were told of one send, oldest first. */
export const listSendDeliveries = defineRpc<{ accountId: string; sendId: string }, TimelineEntry[]>(
  'comms.rpc.webhooks.deliveries.v1',
);
