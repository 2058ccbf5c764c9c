import type { MergeData, SendState } from '@qflow/contracts';

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
  merge: MergeData | null;
  state: SendState;
  announced: boolean;
  skipped: boolean;
  error: string | null;
  /** As handed to the provider; null until then. */
  subject: string | null;
  from_address: string | null;
  provider_message_id: string | null;
  attempt: number;
  due_at: Date | null;
  created_at: Date;
  updated_at: Date;
}
