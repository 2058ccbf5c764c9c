import type { SubscriptionRow } from '../subscriptions/subscription.js';

/** The columns of `subscriptions` that are encrypted under WEBHOOK_SECRET_KEYS; nothing else in the schema is. */
export const sealedColumns = [
  'secret',
  'previous_secret',
  'private_key',
  'headers',
] as const satisfies readonly (keyof SubscriptionRow)[];

export type SealedRow = Pick<SubscriptionRow, 'id' | (typeof sealedColumns)[number]>;
