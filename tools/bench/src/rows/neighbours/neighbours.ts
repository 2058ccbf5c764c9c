import { setTimeout as pause } from 'node:timers/promises';
import { arrivalsOf, runArrivals } from '../../load/arrivals.js';
import { benchEvent } from '../../load/bench-event.js';
import type { Audience } from '../../load/steady-load.js';
import { nowMicros } from '../../measure/clock.js';
import type { Span } from '../../measure/sampler.js';
import type { Expected } from '../../receiver/ledger.js';
import { defineRow } from '../../row.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { waitUntil } from '../../stack/wait-until.js';
import { healthyType, setScene, type Scene } from './scene.js';
import { slicesOf, type Slice } from './slices.js';
import { summarise } from './summarise.js';

const options = {
  endpoints: { doc: 'endpoints in all', default: 200, min: 10 },
  accounts: { doc: 'accounts that they belong to', default: 20, min: 1 },
  rate: { doc: 'deliveries per second', default: 600, min: 1 },
  seconds: { doc: 'length of a slice', default: 7, min: 1 },
  slices: { doc: 'slices, half of them with sick endpoints', default: 6, min: 2 },
  seed: { doc: 'of the arrivals', default: 1 },
};

/** How long what is sick may hold on to a request (WEBHOOK_TIMEOUT_MS): the next slice begins without it. */
const timeoutSeconds = 15;
const settleSeconds = 30;
const warmUp: Slice = { name: 'warm-up', sick: false, type: healthyType };
/** Until the compilers are done with what a delivery runs through. */
const warmUpSeconds = 8;
const warmUpTimes = 3;

/** targets.md: "healthy endpoints' p99 while 20 % of endpoints hang until time-out and 10 % refuse". */
export const neighbours = defineRow({
  name: 'neighbours',
  summary: 'endpoints that hang or refuse change nobody else’s latency',
  options,
  async run(stack, chosen, report) {
    const slices = slicesOf(chosen.slices);
    report.detail('registering endpoints');
    const sickSlices = slices.filter(({ sick }) => sick).length;
    const scene = await setScene(stack, { ...chosen, sickSlices });
    const expectations: Expected[] = [];
    let sickEvents = 0;
    const publish = async (slice: Slice, seconds: number, rate = chosen.rate) => {
      report.detail(
        `${slice.name}: ${slice.sick ? '30 % of the endpoints are sick' : 'all endpoints are well'}`,
      );
      const load = { perSecond: rate / scene.perEvent, seconds, seed: chosen.seed };
      const published = await publishSlice(stack, scene, slice, load);
      expectations.push(...published);
      if (slice.sick) sickEvents += published.reduce((sum, { ids }) => sum + ids.length, 0);
      await settle(stack, expectations);
    };
    await publish(warmUp, warmUpSeconds, warmUpTimes * chosen.rate);
    const from = nowMicros();
    const spans = new Map<string, Span>();
    for (const [index, slice] of slices.entries()) {
      const begun = nowMicros();
      await publish(slice, chosen.seconds);
      spans.set(slice.name, stack.sampler.since(begun));
      if (slice.sick && slices[index + 1]?.sick !== true)
        await pause((timeoutSeconds + 1) * 1_000, undefined, { signal: stack.signal });
    }
    const span = stack.sampler.since(from);
    return summarise(stack, { ...chosen, scene, slices, expectations, sickEvents, span, spans });
  },
});

/** One slice of load, evenly over the accounts. @returns what should arrive where */
async function publishSlice(
  stack: BenchStack,
  { watched }: Scene,
  { name, type }: Slice,
  load: { perSecond: number; seconds: number; seed: number },
): Promise<Expected[]> {
  const ids: string[][] = watched.map(() => []);
  const act = (due: number, index: number) => {
    const to = index % watched.length;
    const event = benchEvent((watched[to] as Audience).accountId, type, { phase: name, due });
    ids[to]?.push(event.id);
    stack.events.publish(event, due);
  };
  await runArrivals(arrivalsOf(load), act, stack.signal);
  await stack.events.settled();
  return watched.map(({ endpoints }, index) => ({ endpoints, ids: ids[index] as string[] }));
}

/** Until the watched endpoints have everything: a slice does not pass its queue on to the next. */
async function settle(stack: BenchStack, expectations: readonly Expected[]): Promise<void> {
  const complete = async () => (await stack.receiver.ask('account', { expectations })).lost === 0;
  await waitUntil(complete, { seconds: settleSeconds, signal: stack.signal });
}
