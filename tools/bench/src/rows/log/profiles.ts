import type { DeliveryStatus, EventType } from '@qflow/contracts';

/** One in so many, by value. */
type Weights<Value extends string> = Readonly<Partial<Record<Value, number>>>;

/** Deliveries of one kind in the log of one subscription. */
export interface Part {
  /** Share of all rows; or a number of rows, whatever the whole is. */
  readonly share?: number;
  readonly rows?: number;
  /** How old they are, days: spread evenly in between. */
  readonly age: readonly [from: number, to: number];
  readonly types: Weights<EventType>;
  readonly statuses: Weights<DeliveryStatus>;
}

/** What a subscription's log holds, by the name under which it is measured. */
export type Profiles = Readonly<Record<string, readonly Part[]>>;

const month = [29.4, 0] as const;
const usualTypes: Weights<EventType> = {
  'comms.sent': 45,
  'comms.delivered': 44,
  'comms.opened': 7,
  'comms.clicked': 3,
  'comms.bounced': 1,
};

/**
 * A busy endpoint with needles in its haystack; one that fails all the time; one that was busy on a single day; one
 * among many; and one that has just begun. What is rare is what indexes and planners go wrong on.
 */
export const profiles: Profiles = {
  busy: [
    {
      share: 0.7,
      age: month,
      types: usualTypes,
      statuses: { delivered: 975, failed: 10, dead: 15 },
    },
    { rows: 12, age: [21, 20], types: { 'comms.sent': 1 }, statuses: { skipped: 1 } },
    { rows: 25, age: month, types: { 'comms.spam_reported': 1 }, statuses: { delivered: 4, dead: 1 } },
  ],
  clustered: [{ share: 0.15, age: [20, 19], types: usualTypes, statuses: { delivered: 99, failed: 1 } }],
  usual: [{ share: 0.1, age: month, types: usualTypes, statuses: { delivered: 97, dead: 3 } }],
  failing: [{ share: 0.05, age: month, types: usualTypes, statuses: { dead: 1 } }],
  fresh: [{ rows: 1_000, age: [0.04, 0], types: usualTypes, statuses: { delivered: 1 } }],
};
