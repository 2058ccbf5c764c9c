import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventTypes } from '@qflow/contracts';
import { idsBetween } from '../src/log/id-range.js';
import { inLogOrder, inOrder, type LogSlice, type Walk } from '../src/log/in-log-order.js';
import { logColumns } from '../src/log/log-row.js';
import { LogFixture } from './log-fixture.js';

/**
 * How the log is read, not how fast: that a page touches the rows it answers and no others is what keeps it fast at any
 * size. What it takes at five million rows is in the README.
 */

let log: LogFixture;
let healthy: string;
let sick: string;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/**
 * The planner's trap: nearly everything is delivered, says the statistics, and nearly everything is of one type. Of one
 * webhook the opposite is true.
 */
beforeAll(async () => {
  log = await LogFixture.start();
  healthy = await log.subscription();
  sick = await log.subscription();
  await log.sql(
    `INSERT INTO deliveries (id, subscription_id, account_id, event_id, event_type, body, status, attempts, created_at)
     SELECT uuidv7(-n * interval '25 seconds'), CASE WHEN n % 25 = 0 THEN $2::uuid ELSE $1 END, $3, uuidv7(),
            CASE WHEN n % 25 = 0 AND n % 5000 > 0 THEN 'comms.bounced' ELSE 'comms.sent' END, '{}',
            CASE WHEN n % 25 = 0 AND n % 5000 > 0 THEN 'dead' WHEN n % 7001 = 0 THEN 'failed' ELSE 'delivered' END,
            1, now()
       FROM generate_series(1, 30000) AS n`,
    [healthy, sick, log.accountId],
  );
  await log.sql('ANALYZE deliveries');
});
afterAll(() => log?.stop());

interface Plan {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Subplans Removed'?: number;
  Plans?: Plan[];
}

const literal = (value: unknown): string =>
  Array.isArray(value) ? `'{${value.join(',')}}'` : `'${String(value)}'`;

/** Every step of the plan that is carried out for a page. */
async function stepsOf(slice: Omit<LogSlice, 'range'> & Partial<LogSlice>, walk: Partial<Walk> = {}) {
  const [text, parameters] = inOrder(
    { range: idsBetween(null, null), ...slice },
    { columns: logColumns, order: 'DESC', limit: 51, ...walk },
  );
  const [explained] = await inLogOrder(log.dataSource, async (sql) => {
    await sql(`PREPARE page AS ${text}`);
    const answer = await sql<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE page (${parameters.map(literal).join(', ')})`,
    );
    await sql('DEALLOCATE page');
    return answer;
  });
  const flat = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flat)];
  return explained ? flat(explained['QUERY PLAN'][0].Plan) : [];
}

const rowsOf = (steps: readonly Plan[]): number =>
  steps.reduce((sum, step) => sum + step['Actual Rows'] * step['Actual Loops'], 0);
const scans = (steps: readonly Plan[]): Plan[] =>
  steps.filter((step) => step['Relation Name']?.startsWith('deliveries_'));
const removed = (steps: readonly Plan[]): number =>
  steps.reduce((sum, step) => sum + (step['Rows Removed by Filter'] ?? 0) * step['Actual Loops'], 0);
const indexesOf = (steps: readonly Plan[]): Set<string> =>
  // deliveries_20260301_pkey, deliveries_20260301_uuid_send_status_id_idx
  new Set(scans(steps).map((step) => String(step['Index Name']).replace(/^deliveries_\d+_/, '')));

const primaryKey = 'pkey';
const byStatus = 'uuid_send_status_id_idx';
const byType = 'uuid_send_event_type_status_id_idx';

describe('a page of the log', () => {
  const all = { status: null, type: null };
  const long = idsBetween(null, Date.now() - 6 * dayMs);

  it.each([
    ['everything', 'healthy', all, primaryKey, 51],
    ['everything, far down', 'healthy', { ...all, range: long }, primaryKey, 51],
    ['a status that it never has', 'healthy', { ...all, status: 'dead' }, byStatus, 0],
    ['a status that it seldom has', 'healthy', { ...all, status: 'failed' }, byStatus, 4],
    ['a status that it always has', 'sick', { ...all, status: 'dead' }, byStatus, 51],
    ['a status that it always has, far down', 'sick', { ...all, status: 'dead', range: long }, byStatus, 51],
    ['what was delivered', 'healthy', { ...all, status: 'delivered' }, byType, 51],
    ['what was delivered, which is seldom', 'sick', { ...all, status: 'delivered' }, byType, 6],
    ['a type that it never has', 'healthy', { ...all, type: 'comms.bounced' }, byType, 0],
    ['a type that it seldom has', 'sick', { ...all, type: 'comms.sent' }, byType, 6],
    ['a type that it always has', 'healthy', { ...all, type: 'comms.sent' }, byType, 51],
    ['a type and a status', 'sick', { type: 'comms.sent', status: 'dead' }, byType, 0],
    [
      'a type and a status, far down',
      'sick',
      { type: 'comms.bounced', status: 'dead', range: long },
      byType,
      51,
    ],
  ] as const)('reads of %s (%s) no row that it does not answer', async (_what, which, asked, index, rows) => {
    const steps = await stepsOf({ subscriptionId: which === 'sick' ? sick : healthy, ...asked });
    expect(indexesOf(steps)).toEqual(new Set([index]));
    expect(removed(steps)).toBe(0);
    expect(steps[0]?.['Actual Rows']).toBe(rows);
    // A type without a status is read up to the limit for each of its statuses, and merged.
    expect(rowsOf(scans(steps))).toBeLessThanOrEqual(
      asked.type !== null && asked.status === null ? 2 * 51 : 51,
    );
    const sorts = steps.filter((step) => step['Node Type'] === 'Sort');
    expect(sorts.length).toBeLessThanOrEqual(index === byType ? 1 : 0);
  });

  it('is not looked for on days outside of the range', async () => {
    const range = idsBetween(Date.now() - 4 * dayMs, Date.now() - 4 * dayMs + minuteMs);
    for (const asked of [all, { ...all, status: 'dead' as const }, { ...all, type: 'comms.sent' as const }]) {
      const steps = await stepsOf({ subscriptionId: healthy, range, ...asked });
      expect(scans(steps).length).toBeLessThanOrEqual(2);
      expect(steps.some((step) => (step['Subplans Removed'] ?? 0) >= 30)).toBe(true);
    }
  });

  it('is walked the same way from the oldest on, as replays do', async () => {
    for (const [asked, index] of [
      [all, primaryKey],
      [{ ...all, status: 'dead' as const }, byStatus],
      [{ ...all, status: 'delivered' as const }, byType],
    ] as const) {
      const steps = await stepsOf(
        { subscriptionId: sick, ...asked },
        { order: 'ASC', columns: 'id, status' },
      );
      expect([...indexesOf(steps)]).toEqual([index]);
      expect(removed(steps)).toBe(0);
      expect(rowsOf(scans(steps))).toBeLessThanOrEqual(51);
    }
  });

  it('has one look per type where only a status is asked for that has no index of its own', async () => {
    const steps = await stepsOf({ subscriptionId: sick, ...all, status: 'delivered' });
    expect(Math.max(...scans(steps).map((step) => step['Actual Loops']))).toBeLessThanOrEqual(
      eventTypes.length,
    );
  });
});
