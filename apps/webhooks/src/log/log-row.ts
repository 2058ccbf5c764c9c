import type { DeliveryStatus, DeliveryView, EventType } from '@qflow/contracts';

/** A row of `deliveries` as the log shows it. */
export interface LogRow {
  id: string;
  event_id: string;
  event_type: EventType;
  status: DeliveryStatus;
  origin: DeliveryView['origin'];
  replay_of: string | null;
  recovered_at: Date | null;
  send_id: string | null;
  correlation_id: string | null;
  created_at: Date;
  attempts: number;
  /** The latest attempt; null where none was made. */
  attempted_at: Date | null;
  duration_ms: number | null;
  status_code: number | null;
  error_code: string | null;
  error: string | null;
  answer: string | null;
  /** From `waiting`; null where no attempt is to come. */
  next_attempt_at: Date | null;
}

/** `SELECT` list of a {@link LogRow}. The schedule is looked up for the few rows that can have one. */
export const logColumns = `
  id, event_id, event_type, status, origin, replay_of, recovered_at, send_id, correlation_id, created_at,
  attempts, attempted_at, duration_ms, status_code, error_code, error, answer,
  CASE WHEN status IN ('pending', 'retrying') THEN
    (SELECT due_at FROM waiting
      WHERE waiting.subscription_id = deliveries.subscription_id AND waiting.delivery_id = deliveries.id)
  END AS next_attempt_at`;
