/** The states of a send; the machine that moves between them lives in the sender. */
export const sendStates = [
  'queued',
  'sending',
  'unknown',
  'sent',
  'deferred',
  'failed',
  'delivered',
  'opened',
  'clicked',
  'unsubscribed',
  'dropped',
  'bounced',
  'spam_reported',
] as const;

export type SendState = (typeof sendStates)[number];
