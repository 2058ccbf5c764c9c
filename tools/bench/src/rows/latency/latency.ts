import { randomUUID } from 'node:crypto';
import { deliverSpec } from '../../floors/floor-specs.js';
import { withFloor } from '../../floors/with-floor.js';
import { exactArrivals, runArrivals } from '../../load/arrivals.js';
import { benchEvent } from '../../load/bench-event.js';
import { defineRow } from '../../row.js';
import { addEndpoints } from '../../stack/add-endpoints.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { sendLoadSettings, withSends, type Wanted } from '../with-sends.js';
import { probeGroup, summarise } from './summarise.js';

const options = {
  rate: { doc: 'guests per second: half of what the pipeline has to do', default: 500, min: 1 },
  probes: { doc: 'events per second that are put onto the stream beside and measured', default: 100, min: 1 },
  seconds: { doc: 'how long', default: 20, min: 1 },
  seed: { doc: 'of the arrivals', default: 1 },
};

const floorSeconds = 10;

/** targets.md: "event → webhook at the receiver, at half load" and "accept latency at half load". */
export const latency = defineRow({
  name: 'latency',
  summary:
    'at half load an event is a webhook within 15 ms (p50) and 75 ms (p99), a guest accepted within 25 ms (p99)',
  options,
  settings: () => sendLoadSettings,
  run: (stack, chosen, report) =>
    withSends(stack, report, async (sends) => {
      const probe = await addProbe(stack);
      report.detail('what a bare delivery takes');
      const floor = await withFloor(stack, await deliverSpec(stack, 1), (running) =>
        running.run(chosen.probes * floorSeconds, chosen.probes),
      );
      await sends.warmUp();
      const wanted: Wanted = { ...chosen, phase: 'load', perSecond: chosen.rate };
      const ids: string[] = [];
      const load = await sends.load(wanted, () => runProbes(stack, probe, { ...chosen, ids }));
      await stack.events.settled();
      return summarise(stack, {
        ...chosen,
        ...load,
        floor,
        expectations: [{ endpoints: [probe.endpoint], ids }],
      });
    }),
});

interface Probe {
  readonly accountId: string;
  /** Its name at the receiver. */
  readonly endpoint: string;
}

/** Somebody else than the account whose e-mails are the load. */
async function addProbe(stack: BenchStack): Promise<Probe> {
  const accountId = randomUUID();
  const [added] = await addEndpoints(stack, { accountId, events: ['comms.*'], group: probeGroup, count: 1 });
  return { accountId, endpoint: (added as { name: string }).name };
}

/** Events at random moments; each is told apart by when it was due. */
async function runProbes(
  stack: BenchStack,
  { accountId }: Probe,
  { probes, seconds, seed, ids }: { probes: number; seconds: number; seed: number; ids: string[] },
): Promise<void> {
  const arrivals = exactArrivals({ perSecond: probes, seconds, seed: seed + 1 });
  const act = (due: number): void => {
    const event = benchEvent(accountId, 'comms.delivered', { phase: 'load', due });
    ids.push(event.id);
    stack.events.publish(event, due);
  };
  await runArrivals(arrivals, act, stack.signal);
}
