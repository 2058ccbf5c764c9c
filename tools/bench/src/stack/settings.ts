import { createHash } from 'node:crypto';

/** The same in every run, so that data that was kept can be read again. It guards nothing but made-up webhooks. */
export const webhookKeys = `bench:${createHash('sha256').update('qflow bench').digest('base64')}`;

/** Beyond what any row can reach: the limits have specs of their own, and here they would be what is measured. */
const noLimit = '1000000';

/** Settings of every service in every row; whatever is not here is as it is in production. */
export const everyRow: Readonly<Record<string, string>> = {
  WEBHOOK_SECRET_KEYS: webhookKeys,
  WEBHOOK_MAX_SUBSCRIPTIONS: '200',
  RATE_LIMIT_GUEST: noLimit,
  RATE_LIMIT_SEND: noLimit,
  RATE_LIMIT_OTHER: noLimit,
};
