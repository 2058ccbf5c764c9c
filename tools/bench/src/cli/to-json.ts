import type { Named } from './named.js';

/**
 * The results for programs: `{ at, rows: [{ name, figure, unit, floor, ratio, target, met, lost, duplicated, wrong,
 * p50Ms, p99Ms, cpuSecondsPer1000, rssMiB, notes, details }] }`. Every key is always there; `floor`, `ratio` and
 * `details` are null where a row has none, the two by process empty where the system does not tell.
 */
export const toJson = (results: readonly Named[], at = new Date()): string =>
  `${JSON.stringify({ at: at.toISOString(), rows: results.map(jsonRow) }, null, 2)}\n`;

const jsonRow = ({ name, figure, unit, floor, ratio, target, met, ...rest }: Named): object => ({
  ...{ name, figure, unit, floor: floor ?? null, ratio: ratio ?? null, target, met },
  ...{ lost: rest.lost, duplicated: rest.duplicated, wrong: rest.wrong ?? 0 },
  ...{ p50Ms: rest.p50Ms, p99Ms: rest.p99Ms },
  ...{ cpuSecondsPer1000: rest.cpuSecondsPer1000 ?? {}, rssMiB: rest.rssMiB ?? {} },
  ...{ notes: rest.notes, details: rest.details ?? null },
});

/** A row of such a file, as far as it is compared. */
export interface Earlier {
  readonly name: string;
  readonly figure: number;
  readonly ratio?: number | null;
  readonly p99Ms?: number;
  readonly cpuSecondsPer1000?: Readonly<Record<string, number>>;
}

/** @throws Error when the text is not what {@link toJson} writes */
export function readEarlier(text: string): Earlier[] {
  const { rows } = JSON.parse(text) as { rows?: unknown };
  if (Array.isArray(rows)) return rows as Earlier[];
  throw new Error('These are no results of the benchmark: there is no list of rows in them.');
}
