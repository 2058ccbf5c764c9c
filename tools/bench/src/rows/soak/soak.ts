import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { figure } from '../../cli/render-table.js';
import { endpointName, Integrator } from '../../load/integrator.js';
import { SendLoad } from '../../load/send-load.js';
import { ticketScene } from '../../load/ticket.js';
import { nowMicros } from '../../measure/clock.js';
import { defineRow, type Report } from '../../row.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { waitUntil } from '../../stack/wait-until.js';
import { sendLoadSettings, wholeSends } from '../with-sends.js';
import { look, type Look } from './look.js';
import { summarise, type Stretch } from './summarise.js';

const options = {
  minutes: { doc: 'how long', default: 30, min: 1 },
  rate: { doc: 'guests per second: half of what the machine can do', default: 500, min: 1 },
  every: { doc: 'seconds between looks', default: 10, min: 1 },
  seed: { doc: 'of the arrivals', default: 1 },
};

/** The load is made of stretches of this length, each of which has its percentiles. */
const stretchSeconds = 30;
const finishWithinSeconds = 120;
const webhooksPerSend = 2;

/** Issue: "30 minutes at half load, memory, handles, connections and table bloat flat". */
export const soak = defineRow({
  name: 'soak',
  summary: 'after half an hour at half load nothing has grown: memory, handles, connections, tables, latency',
  options,
  settings: () => sendLoadSettings,
  async run(stack, chosen, report) {
    setMaxListeners(0, stack.signal);
    const database = new pg.Pool({ connectionString: stack.info.databaseUrl, max: 1 });
    database.on('error', () => {});
    const integrator = await Integrator.enter(stack, ticketScene);
    const from = stack.sampler.mark();
    const ending = new AbortController();
    const looking = watch(stack, database, { everyMs: chosen.every * 1_000, from, ending: ending.signal });
    // Half an hour of load is for nothing where nobody looks.
    const blinded = looking.then(() => new Promise<never>(() => {}));
    blinded.catch(() => {});
    try {
      const stretches = await Promise.race([loadAll(stack, integrator, chosen, report), blinded]);
      const span = stack.sampler.since(from);
      const promised = stretches.reduce((sum, { accepted }) => sum + accepted, 0);
      const { receiver } = stack;
      const heard = async () => (await receiver.ask('counts', { endpoint: endpointName })).distinct;
      report.detail('waiting until every e-mail has come to an end');
      const all = async () => (await heard()) >= promised * webhooksPerSend;
      await waitUntil(all, { seconds: finishWithinSeconds, signal: stack.signal });
      ending.abort();
      const counts = await receiver.ask('counts', {});
      return summarise({
        ...chosen,
        ...{ stretches, span, readings: await looking, promised },
        lost: Math.max(0, promised * webhooksPerSend - (await heard())),
        duplicated: (await receiver.ask('repeats')).length,
        wrong: counts.changed + counts.refused,
      });
    } finally {
      ending.abort();
      await Promise.allSettled([looking]);
      await integrator.close();
      await database.end();
    }
  },
});

interface Chosen {
  readonly minutes: number;
  readonly rate: number;
  readonly seed: number;
}

async function loadAll(
  stack: BenchStack,
  integrator: Integrator,
  { minutes, rate, seed }: Chosen,
  report: Report,
): Promise<Stretch[]> {
  const stretches: Stretch[] = [];
  const count = Math.max(1, Math.round((minutes * 60) / stretchSeconds));
  for (let index = 0; index < count; index++) {
    const phase = `soak-${index}`;
    const load = new SendLoad(integrator, {
      ...{ phase, perSecond: rate, seconds: stretchSeconds, seed: seed + index, signal: stack.signal },
    });
    await load.run();
    const whole = await stack.receiver.ask('latencies', { group: wholeSends, phases: [phase] });
    const accepting = load.latencies.summary();
    stretches.push({ ...{ accepted: load.accepted.length, refused: load.refused, accepting, whole } });
    report.detail(
      `${((index + 1) * stretchSeconds) / 60} of ${minutes} min: accepting p99 ${figure(accepting.p99Ms)} ms`,
    );
  }
  return stretches;
}

interface Watching {
  readonly everyMs: number;
  readonly from: number;
  readonly ending: AbortSignal;
}

async function watch(
  stack: BenchStack,
  database: pg.Pool,
  { everyMs, from, ending }: Watching,
): Promise<Look[]> {
  const looks: Look[] = [];
  while (!ending.aborted) {
    const seconds = (nowMicros() - from) / 1_000_000;
    looks.push({ seconds, readings: await look(stack, database) });
    await pause(everyMs, undefined, { signal: ending }).catch(() => {});
  }
  return looks;
}
