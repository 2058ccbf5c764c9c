import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { SteadyLoad, type Audience } from '../../load/steady-load.js';
import { nowMicros } from '../../measure/clock.js';
import type { Span } from '../../measure/sampler.js';
import { defineRow } from '../../row.js';
import { addEndpoints, type AddedEndpoint } from '../../stack/add-endpoints.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { waitUntil } from '../../stack/wait-until.js';
import { seedBacklog } from './seed-backlog.js';
import { summarise, type Phase } from './summarise.js';

const options = {
  deliveries: { doc: 'deliveries that wait for the endpoint that is down', default: 1_000_000, min: 1 },
  others: { doc: 'other endpoints, each of an account of its own', default: 20, min: 1 },
  rate: { doc: 'deliveries per second to the others', default: 50, min: 1 },
  before: { doc: 'seconds without the backlog', default: 20, min: 1 },
  down: { doc: 'seconds beside the backlog', default: 60, min: 1 },
  drain: { doc: 'seconds during which it drains', default: 30, min: 1 },
  'replay-rate': { doc: 'WEBHOOK_REPLAY_RATE, deliveries per second', default: 200, min: 1 },
  seed: { doc: 'of the arrivals', default: 1 },
};

/** Longer than the longest interval at which a circuit is probed. */
const noticeSeconds = 300;
const settleSeconds = 30;
const warmUpMs = 5_000;

/** Issue: one endpoint down with a million waiting deliveries. */
export const backlog = defineRow({
  name: 'backlog',
  summary: 'an endpoint that is down with a million waiting deliveries costs the others nothing',
  options,
  settings: (chosen) => ({ webhooks: { WEBHOOK_REPLAY_RATE: String(chosen['replay-rate']) } }),
  async run(stack, chosen, report) {
    report.detail('registering endpoints');
    const accountId = randomUUID();
    const wanted = { accountId, events: ['comms.*'], group: 'down', behaviour: 'refuses', count: 1 } as const;
    const [down] = (await addEndpoints(stack, { ...wanted, events: ['comms.*'] })) as [AddedEndpoint];
    const audiences = await addOthers(stack, chosen.others);
    const { signal } = stack;
    const load = new SteadyLoad(stack.events, {
      ...{ audiences, signal },
      ...{ perSecond: chosen.rate, seed: chosen.seed },
    });
    await pause(warmUpMs, undefined, { signal });
    const phase = phases(stack, load);

    report.detail('without a backlog');
    const before = await phase('before', () => pause(chosen.before * 1_000, undefined, { signal }));
    const seeding = await phase('seeding', () =>
      seedBacklog(stack.database, {
        ...{ subscriptionId: down.subscriptionId, accountId, deliveries: chosen.deliveries, signal },
        progress: (made) => report.detail(`seeding: ${made.toLocaleString('en')} deliveries wait`),
      }),
    );
    report.detail('beside the backlog');
    const beside = await phase('beside', () => pause(chosen.down * 1_000, undefined, { signal }));
    report.detail('the endpoint is back; waiting until it is noticed');
    const arrived = async () => (await stack.receiver.ask('counts', { endpoint: down.name })).distinct;
    await stack.receiver.ask('behave', { names: [down.name], behaviour: 'answers' });
    const noticing = await phase('noticing', async () => {
      await waitUntil(async () => (await arrived()) > 0, { seconds: noticeSeconds, signal });
    });
    report.detail('draining');
    const first = await arrived();
    const drain = await phase('draining', () => pause(chosen.drain * 1_000, undefined, { signal }));
    const drained = (await arrived()) - first;

    await load.stop();
    await stack.events.settled();
    const expectations = load.expectations();
    const complete = async () => (await stack.receiver.ask('account', { expectations })).lost === 0;
    await waitUntil(complete, { seconds: settleSeconds, signal });
    return summarise(stack, {
      ...{ down, expectations, drained, deliveries: chosen.deliveries, replayRate: chosen['replay-rate'] },
      phases: [before, seeding, beside, noticing, drain],
    });
  },
});

async function addOthers(stack: BenchStack, count: number): Promise<Audience[]> {
  const audiences: Audience[] = [];
  for (let made = 0; made < count; made++) {
    const accountId = randomUUID();
    const added = await addEndpoints(stack, { accountId, events: ['comms.*'], group: 'others', count: 1 });
    audiences.push({ accountId, endpoints: added.map(({ name }) => name) });
  }
  return audiences;
}

/** Runs a part of the row under its name, and tells how long it took and what it used. */
const phases =
  (stack: BenchStack, load: SteadyLoad) =>
  async (name: string, work: () => Promise<void>): Promise<Phase> => {
    load.phase = name;
    const from = nowMicros();
    await work();
    const span: Span = stack.sampler.since(from);
    return { name, seconds: (nowMicros() - from) / 1_000_000, span };
  };
