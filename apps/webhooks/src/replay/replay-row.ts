import { CodedError, type DeliveryStatus, type ReplayView } from '@qflow/contracts';

/** A row of `replays` as SQL answers it. */
export interface ReplayRow {
  id: string;
  subscription_id: string;
  account_id: string;
  since: Date;
  until: Date;
  /** Only what ended so; null: everything that is over. */
  status: DeliveryStatus | null;
  state: ReplayView['state'];
  /** The delivery it has come to; null before the first. */
  position: string | null;
  deliveries: number;
  created_at: Date;
  finished_at: Date | null;
}

export const viewOf = (row: ReplayRow): ReplayView => ({
  id: row.id,
  since: row.since.toISOString(),
  until: row.until.toISOString(),
  status: row.status,
  state: row.state,
  deliveries: row.deliveries,
  created: row.created_at.toISOString(),
  finished: row.finished_at?.toISOString() ?? null,
});

export const unknownReplay = (): CodedError =>
  new CodedError('not_found', 'There is no such replay of this webhook.');

export const webhookDisabled = (): CodedError =>
  new CodedError('webhook_disabled', 'This webhook is disabled. Enable it first, with "active": true.');
