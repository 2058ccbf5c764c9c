import type { ProviderName, SendState } from '@qflow/contracts';

/** A row of `sends` as SQL answers it. */
export interface SendRow {
  id: string;
  account_id: string;
  event_id: string;
  /** Null for the test copy of a template. */
  attendee_id: string | null;
  template_id: string;
  template_version: number;
  request_id: string | null;
  correlation_id: string | null;
  recipient: string;
  state: SendState;
  announced: boolean;
  skipped: boolean;
  /** Whether `comms.unsubscribed` has been announced. */
  unsubscribed: boolean;
  error: string | null;
  /** When what ended it happened, the last time; only with `failed`, `dropped`, `bounced`, `spam_reported`, `unsubscribed`. */
  ended_at: Date | null;
  /** As handed to the provider; null until then. */
  subject: string | null;
  from_address: string | null;
  provider_message_id: string | null;
  attempt: number;
  /** Whoever has the e-mail, gets it now, or may have it; in a state that waits, the only one it may go to. */
  provider: ProviderName | null;
  created_at: Date;
  updated_at: Date;
}
