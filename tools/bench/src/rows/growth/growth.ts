import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { endpointName, Integrator } from '../../load/integrator.js';
import { ticketScene } from '../../load/ticket.js';
import { Latencies } from '../../measure/latencies.js';
import { defineRow, type Report } from '../../row.js';
import { addEndpoints, type AddedEndpoint } from '../../stack/add-endpoints.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { LogClient } from '../log/log-client.js';
import { sendLoadSettings } from '../with-sends.js';
import { CostMeter, webhooksPerSend, type Cost, type Hearer } from './measure.js';
import { findSubject, logQueries } from './queries.js';
import { seed } from './seed.js';
import { withRoom } from './with-room.js';
import { summarise, type Account, type Asked, type Costs } from './summarise.js';

const options = {
  rows: {
    doc: 'sends, and as many deliveries, in the tables; 5,000,000 in targets.md',
    default: 100_000,
    min: 1_000,
  },
  rate: {
    doc: 'sends per second, and twice as many deliveries, while their cost is measured',
    default: 400,
    min: 1,
  },
  seconds: { doc: 'how long each cost is measured, twice', default: 6, min: 1 },
  repeats: { doc: 'times that each query of the logs is asked', default: 20, min: 1 },
};

/** What has just started is not yet compiled, and costs more. */
const warmUpSeconds = 20;
/** Guests whose addresses bounce. */
const bounces = 40;
/** What a service has in its caches after a while, such as the plans of its statements. */
const settleSeconds = 12;
/** A delivery is one stage, through which twice as many go. */
const settleDeliveriesSeconds = 6;

/** targets.md: "cost per send and per delivery with 5 million rows in the tables: ≤ 1.2 × of empty tables". */
export const growth = defineRow({
  name: 'growth',
  summary: 'a send costs the same with millions of them in the tables, and the logs answer as fast',
  options,
  settings: () => sendLoadSettings,
  async run(stack, chosen, report) {
    const database = new pg.Pool({ connectionString: stack.info.databaseUrl, max: 3 });
    // Killed with the server, where the run is called off.
    database.on('error', () => {});
    const integrator = await Integrator.enter(stack, ticketScene);
    try {
      const meter = new CostMeter(stack, integrator, database);
      const hearer = await hear(stack);
      await exceptions(integrator, stack.signal);
      meter.promised += bounces;
      const both = (name: string, warmUp: number) => costs({ meter, hearer, chosen, report }, name, warmUp);
      const empty = await both('empty', warmUpSeconds);
      const began = performance.now();
      const seeded = await withRoom(stack, database, () =>
        seed(database, {
          rows: chosen.rows,
          progress: (share) => report.detail(`seeding: ${Math.round(share * 100)} %`),
          signal: stack.signal,
        }),
      );
      const seedSeconds = (performance.now() - began) / 1_000;
      const full = await both('full', settleSeconds);
      const asked = await ask(stack, integrator, chosen.repeats, report);
      const account = await accountOf(stack, meter.promised);
      return summarise({ ...chosen, empty, full, seeded, seedSeconds, asked, account });
    } finally {
      await integrator.close();
      await database.end();
    }
  },
});

/** A log without exceptions has nothing to look for. */
async function exceptions(integrator: Integrator, signal: AbortSignal): Promise<void> {
  for (let made = 0; made < bounces; made++)
    await integrator.createGuest(randomUUID(), `bounced+${made}@sandbox.test`, signal);
}

/** Somebody whose events are published by us, beside the account whose e-mails are sent. */
async function hear(stack: BenchStack): Promise<Hearer> {
  const accountId = randomUUID();
  const [endpoint] = await addEndpoints(stack, { accountId, events: ['comms.*'], group: 'growth', count: 1 });
  return { accountId, endpoint: (endpoint as AddedEndpoint).name };
}

interface Tools {
  readonly meter: CostMeter;
  readonly hearer: Hearer;
  readonly chosen: { readonly rate: number; readonly seconds: number };
  readonly report: Report;
}

async function costs({ meter, hearer, chosen, report }: Tools, name: string, warmUp: number): Promise<Costs> {
  const perSecond = chosen.rate;
  const twice = 2 * perSecond;
  report.detail(`${name} tables: warming up`);
  await meter.sends('warm-up', { perSecond, seconds: warmUp, seed: 1 });
  await meter.deliveries(hearer, { perSecond: twice, seconds: settleDeliveriesSeconds, seed: 2 });
  report.detail(`${name} tables: sends`);
  const send = await cheaper((seed) => meter.sends(name, { perSecond, seconds: chosen.seconds, seed }));
  report.detail(`${name} tables: deliveries`);
  const delivery = await cheaper((seed) =>
    meter.deliveries(hearer, { perSecond: twice, seconds: chosen.seconds, seed }),
  );
  return { send, delivery };
}

/** Measures twice: whatever else the machine does meanwhile can only make it dearer. */
async function cheaper(measure: (seed: number) => Promise<Cost>): Promise<Cost> {
  const [first, second] = [await measure(3), await measure(4)];
  return first.allMs <= second.allMs ? first : second;
}

/** How what was told compares with what was promised; webhooks. */
async function accountOf({ receiver }: BenchStack, promised: number): Promise<Account> {
  const { distinct, changed, refused } = await receiver.ask('counts', { endpoint: endpointName });
  return {
    lost: Math.max(0, promised * webhooksPerSend - distinct),
    duplicated: (await receiver.ask('repeats')).length,
    wrong: changed + refused,
  };
}

async function ask(
  stack: BenchStack,
  { pair }: Integrator,
  repeats: number,
  report: Report,
): Promise<Asked[]> {
  const client = await LogClient.login(stack);
  const subject = await findSubject(stack, { eventId: pair.eventId, templateId: pair.commsTemplateId });
  const asked: Asked[] = [];
  for (const { about, path } of logQueries(subject)) {
    report.detail(`asking: ${about}`);
    const first = await client.get(path);
    const latencies = new Latencies();
    for (let made = 0; made < repeats; made++) latencies.record((await client.get(path)).ms * 1_000);
    asked.push({ about, entries: first.entries, firstMs: first.ms, latency: latencies.summary() });
  }
  return asked;
}
