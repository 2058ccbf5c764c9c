import { defineRow, type Report } from '../../row.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { Explainer } from './explainer.js';
import { LogClient } from './log-client.js';
import { measureDeepPages, measureQuery, type Measured } from './measure.js';
import { profiles } from './profiles.js';
import { queries } from './queries.js';
import { seedLog } from './seed-log.js';
import { summarise } from './summarise.js';

const options = {
  rows: { doc: 'deliveries in the log', default: 5_000_000, min: 1_000 },
  repeats: { doc: 'times that each query is asked', default: 20, min: 1 },
  pages: { doc: 'pages of 200 to go down', default: 100, min: 1 },
};

/** Issue: "filters and keyset paging that stay under 20 ms at 5 million rows (show the plans)". */
export const log = defineRow({
  name: 'log',
  summary: 'the log answers every filter and page under 20 ms at five million deliveries',
  options,
  async run(stack, chosen, report) {
    const client = await LogClient.login(stack);
    const subscriptions = await seed(stack, client, chosen.rows, report);
    const idOf = (profile: string) => subscriptions.get(profile) as string;
    const all = queries();
    const measured: Measured[] = [];
    for (const [index, query] of all.entries()) {
      report.detail(`query ${index + 1} of ${all.length}: ${query.profile}, ${query.about}`);
      measured.push(await measureQuery(client, idOf(query.profile), query, chosen.repeats));
    }
    report.detail('going down page by page');
    const deep = await measureDeepPages(client, idOf('busy'), chosen.pages);

    report.detail('timing and explaining');
    const explainer = await Explainer.start(stack);
    const requestOf =
      ({ query }: Measured) =>
      () =>
        client.ask(idOf(query.profile), query);
    const timed = [];
    for (const one of measured) timed.push({ ...one, ...(await explainer.time(requestOf(one))) });
    const deepest = await explainer.time(() => client.get(deep.last));
    await explainer.explainAll();
    const explained = [];
    for (const one of timed) explained.push({ ...one, plan: await explainer.plan(requestOf(one)) });
    return summarise({ explained, deep, deepest, rows: chosen.rows });
  },
});

/** @returns the subscriptions, by profile */
async function seed(
  stack: BenchStack,
  client: LogClient,
  rows: number,
  report: Report,
): Promise<Map<string, string>> {
  const names = Object.keys(profiles);
  const urls = await stack.receiver.open(names, 'log', 'refuses');
  const subscriptions = new Map<string, string>();
  for (const name of names) subscriptions.set(name, await client.subscribe(urls.get(name) as string));
  const parts = Object.entries(profiles).flatMap(([name, all]) =>
    all.map((part) => ({ part, subscriptionId: subscriptions.get(name) as string })),
  );
  await seedLog(stack.database, {
    accountId: await ownerOf(stack, parts[0]?.subscriptionId as string),
    parts,
    rows,
    progress: (made) => report.detail(`seeding: ${made.toLocaleString('en')} deliveries`),
    signal: stack.signal,
  });
  return subscriptions;
}

async function ownerOf({ database }: BenchStack, subscriptionId: string): Promise<string> {
  const { rows } = await database.query<{ account_id: string }>(
    'SELECT account_id FROM subscriptions WHERE id = $1',
    [subscriptionId],
  );
  return rows[0]?.account_id as string;
}
