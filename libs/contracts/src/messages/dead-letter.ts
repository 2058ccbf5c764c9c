import type { StreamName } from './message.js';

/** A message nobody could handle, or a webhook delivery whose attempts are spent: kept on DEAD for a person to see. */
export interface DeadLetterV1 {
  kind: 'dead.letter';
  version: 1;
  /** Where it came from: the stream, or `webhooks` for a delivery. */
  origin: StreamName | 'webhooks';
  subject: string;
  reason: string;
  /** RFC 3339, UTC. */
  diedAt: string;
  /** The dead body as text, its first 128 KiB; for a delivery its ids. */
  body: string;
  /** Size of the whole body. */
  bytes: number;
}

/** Every origin that a letter can have. */
export const deadLetterOrigins = [
  'SENDS',
  'PROVIDER',
  'EVENTS',
  'webhooks',
] as const satisfies readonly DeadLetterV1['origin'][];

export const deadLetterSubject = (origin: DeadLetterV1['origin']): string =>
  `comms.dead.${origin.toLowerCase()}`;
