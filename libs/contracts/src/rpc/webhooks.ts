import type { TimelineEntry } from './sends.js';
import { defineRpc } from './rpc.js';

export interface WebhookWithSecret {
  url: string;
  /** Shown in this answer and never again. */
  secret: string;
}

/** Where an attempt stood when it failed. */
export type AttemptPhase = 'check' | 'dns' | 'connect' | 'tls' | 'request' | 'response' | 'status';

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
  /** Where it failed; null when delivered. */
  phase: AttemptPhase | null;
  /** Stable name of the failure, such as `ECONNREFUSED` or `tls_expired`; null when delivered. */
  code: string | null;
  /** What to do about it; null when delivered. */
  hint: string | null;
  /** What was posted, signature header included. Values of the account's own headers are masked. */
  request: { url: string; headers: Record<string, string>; body: string };
  /** The answer's headers and the beginning of its body; null where none came. */
  response: { headers: Record<string, string>; body: string } | null;
}

/**
 * Sets the account's webhook; a second call replaces the URL and the secret, and enables it again. Errors:
 * `validation_error` (`/url`), `webhook_limit`.
 */
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
  'comms.rpc.webhooks.send-deliveries.v1',
);
