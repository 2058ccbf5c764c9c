/** Where the posting of one event stands. `off` when no webhook is configured. */
export type PostingState = 'queued' | 'posted' | 'failed' | 'off';

/** The part of an event's record that its posting writes to; the inbox shows it in the message's history. */
export interface PostingRecord {
  state: PostingState;
  /** Posts that carried the event, successful or not. */
  attempts: number;
}

/** An event on its way to the webhook. */
export interface QueuedEvent {
  /** The event as JSON. */
  readonly json: string;
  /** Length of `json` in UTF-8. */
  readonly bytes: number;
  readonly record: PostingRecord;
}
