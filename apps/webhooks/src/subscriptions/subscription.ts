import type { KeyObject } from 'node:crypto';
import type { DisabledReason, FormatName, RetryRules } from '@qflow/contracts';
import type { RetryPolicy } from '../dispatch/retry-policy.js';

/** A row of `subscriptions` as SQL answers it. */
export interface SubscriptionRow {
  id: string;
  account_id: string;
  is_default: boolean;
  url: string;
  format: FormatName;
  description: string | null;
  /** Filters as their owner gave them. */
  events: string[];
  /** Encrypted JSON of name to value; null without any. */
  headers: string | null;
  header_names: string[];
  /** What differs from the format's own rules. */
  retry: RetryRules;
  /** Encrypted. */
  secret: string;
  /** Encrypted; signs beside the new one until `previous_until`. */
  previous_secret: string | null;
  previous_until: Date | null;
  /** Of the last rotation, where its caller named it. */
  rotation_id: string | null;
  /** Encrypted `whsk_…`. */
  private_key: string | null;
  /** `whpk_…` */
  public_key: string | null;
  active: boolean;
  disabled_reason: DisabledReason | null;
  disabled_at: Date | null;
  /** When it last became active. */
  enabled_at: Date;
  /** Deliveries in a row that failed for good. */
  failures: number;
  /** The share of the way to being disabled that its owner was last warned of, in percent. */
  warned: number;
  created_at: Date;
  updated_at: Date;
}

/** A subscription ready for use: with its secrets in the clear, so never to be logged. */
export interface Subscription {
  id: string;
  accountId: string;
  url: string;
  format: FormatName;
  /** Newest first; two while a rotation overlaps. */
  secrets: string[];
  /** Ed25519 keys that sign as well (Standard Webhooks `v1a`); empty without. */
  privateKeys: KeyObject[];
  /** The account's own headers. */
  headers: Record<string, string>;
  policy: RetryPolicy;
  active: boolean;
  /** When its owner last changed it. */
  changedAt: Date;
}

/** What matching needs of a subscription; no secrets. */
export interface MatchedSubscription {
  id: string;
  account_id: string;
  format: FormatName;
  events: string[];
  retry: RetryRules;
  active: boolean;
}
