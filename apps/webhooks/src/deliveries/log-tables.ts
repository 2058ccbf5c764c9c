import type { DayRange } from '@qflow/persistence';

/** How long the log is kept (EmailFlow page: "Delivery logs are retained for 30 days"). */
export const logDays = 30;

/** The tables of the log: a day that is past its time is dropped from all of them, payloads included. */
export const logTables: readonly DayRange[] = [
  { table: 'deliveries', keepDays: logDays, aheadDays: 3 },
  { table: 'attempts', keepDays: logDays, aheadDays: 3 },
];
