import type { FormatName } from '../formats/formats.js';

/** A row of `subscriptions` as SQL answers it. */
export interface SubscriptionRow {
  id: string;
  account_id: string;
  is_default: boolean;
  url: string;
  format: FormatName;
  /** Encrypted. */
  secret: string;
  active: boolean;
}

/** A subscription ready for use: with its secret in the clear, so never to be logged. */
export interface Subscription {
  id: string;
  accountId: string;
  url: string;
  format: FormatName;
  secrets: string[];
  active: boolean;
}
