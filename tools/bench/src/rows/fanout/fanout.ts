import { randomUUID } from 'node:crypto';
import { figure } from '../../cli/render-table.js';
import { deliverSpec } from '../../floors/floor-specs.js';
import type { FloorFigure } from '../../floors/floor.js';
import { withFloor } from '../../floors/with-floor.js';
import { benchEvent } from '../../load/bench-event.js';
import type { Audience } from '../../load/steady-load.js';
import { nowMicros } from '../../measure/clock.js';
import type { Expected } from '../../receiver/ledger.js';
import { defineRow } from '../../row.js';
import { addEndpoints } from '../../stack/add-endpoints.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { waitUntil } from '../../stack/wait-until.js';
import { group, summarise } from './summarise.js';

const options = {
  deliveries: { doc: 'events, each delivered to one endpoint', default: 60_000, min: 100 },
  accounts: { doc: 'accounts, with one endpoint each', default: 4, min: 1 },
};

/** Until the compilers have seen everything. */
const warmUps = 6_000;
const floorDeliveries = 20_000;
const phases = ['warm-up', 'load'];
const patienceSeconds = 120;
/** Often, because what it waits for is part of what is told. */
const askEveryMs = 50;

/** targets.md: "webhook fan-out alone: events already on the stream → signed, delivered, logged". */
export const fanout = defineRow({
  name: 'fanout',
  summary: 'events that are on the stream already become webhooks: 4,000/s, 60 % of a bare loop',
  options,
  async run(stack, chosen, report) {
    report.detail('registering endpoints');
    const audiences = await addAudiences(stack, chosen.accounts);
    const floorSpec = await deliverSpec(stack, chosen.accounts);
    report.detail('warming up');
    const warmed = await publish(stack, audiences, { phase: 'warm-up', count: warmUps });
    await logged(stack, warmUps);
    const floor = (): Promise<FloorFigure> => {
      report.detail('what the bare loop does');
      return withFloor(stack, floorSpec, (running) => running.run(floorDeliveries));
    };
    const before = await floor();

    await stack.freeze('webhooks');
    report.detail(`publishing ${figure(chosen.deliveries)} events`);
    const published = await publish(stack, audiences, { phase: 'load', count: chosen.deliveries });
    report.detail('delivering them');
    const from = stack.sampler.mark();
    await stack.thaw('webhooks');
    const done = await logged(stack, warmUps + chosen.deliveries);
    const span = stack.sampler.since(from);
    const expectations = [...warmed, ...published];
    const logSeconds = (nowMicros() - from) / 1_000_000;
    // Once more: a machine that is shared is another one ten seconds later.
    const floors = [before, await floor()];
    return summarise(stack, { ...chosen, floors, expectations, from, span, logSeconds, done });
  },
});

async function addAudiences(stack: BenchStack, count: number): Promise<Audience[]> {
  const audiences: Audience[] = [];
  for (let made = 0; made < count; made++) {
    const accountId = randomUUID();
    const added = await addEndpoints(stack, { accountId, events: ['comms.*'], group, count: 1 });
    audiences.push({ accountId, endpoints: added.map(({ name }) => name) });
  }
  return audiences;
}

/** As fast as the stream takes them, evenly over the accounts. @returns what should arrive where */
async function publish(
  stack: BenchStack,
  audiences: readonly Audience[],
  { phase, count }: { phase: string; count: number },
): Promise<Expected[]> {
  const ids: string[][] = audiences.map(() => []);
  // Due now: that nobody delivers it yet is what the row wants.
  const events = Array.from({ length: count }, (_, index) => {
    const to = index % audiences.length;
    const { accountId } = audiences[to] as Audience;
    const event = benchEvent(accountId, 'comms.delivered', { phase, due: nowMicros() });
    ids[to]?.push(event.id);
    return event;
  });
  await stack.events.publishAll(events);
  return audiences.map(({ endpoints }, index) => ({ endpoints, ids: ids[index] as string[] }));
}

/** Until so many deliveries are in the log, and the stream has been told of all. @returns whether that came in time */
function logged(stack: BenchStack, count: number): Promise<boolean> {
  const isLogged = async (): Promise<boolean> => {
    const arrived = await stack.receiver.ask('latencies', { group, phases });
    if (arrived.count < count) return false;
    return (await stack.nats.unsettledEvents()) === 0;
  };
  return waitUntil(isLogged, { seconds: patienceSeconds, signal: stack.signal, everyMs: askEveryMs });
}
