import type { KeyObject } from 'node:crypto';
import type { KeyRing } from '@qflow/persistence';
import { importStandardPrivateKey } from '@qflow/signing';
import { policyOf } from '../dispatch/retry-policy.js';
import { openSecret } from '../secrets/open-secret.js';
import type { Subscription, SubscriptionRow } from './subscription.js';

/** A subscription as it is, and, while a rotation overlaps, as it will be when that is over. */
export interface ReadySubscription {
  /** With one secret. */
  alone: Subscription;
  /** With the secret before as well; null outside of a rotation. */
  overlapping: Subscription | null;
  /** When the overlap ends, ms since the epoch. */
  overlapUntil: number;
}

/**
 * Makes a row ready for use: what is encrypted is decrypted and keys are imported, once for all the attempts to come.
 * A secret whose overlap is over is not even looked at.
 * @throws SecretUnreadable
 */
export function readySubscription(row: SubscriptionRow, keys: KeyRing, now = Date.now()): ReadySubscription {
  const open = (stored: string): string => openSecret(keys, row.id, stored);
  const secret = open(row.secret);
  const alone: Subscription = {
    id: row.id,
    accountId: row.account_id,
    url: row.url,
    format: row.format,
    secrets: [secret],
    privateKeys: privateKeysOf(row, open),
    headers: row.headers === null ? {} : (JSON.parse(open(row.headers)) as Record<string, string>),
    policy: policyOf(row.format, row.retry),
    active: row.active,
    changedAt: row.updated_at,
  };
  const overlapUntil = row.previous_until?.getTime() ?? 0;
  const previous = overlapUntil > now ? row.previous_secret : null;
  const overlapping = previous === null ? null : { ...alone, secrets: [secret, open(previous)] };
  return { alone, overlapping, overlapUntil };
}

const privateKeysOf = (
  { private_key: key }: SubscriptionRow,
  open: (stored: string) => string,
): KeyObject[] => (key === null ? [] : [importStandardPrivateKey(open(key))]);

/** With the secrets that sign at this very moment. */
export const inForce = (ready: ReadySubscription, now = Date.now()): Subscription =>
  ready.overlapping && now < ready.overlapUntil ? ready.overlapping : ready.alone;
