import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { arrivalsOf, runArrivals } from '../../load/arrivals.js';
import { Integrator, sendIdOf } from '../../load/integrator.js';
import { Sandbox } from '../../load/sandbox.js';
import { SenderTables } from '../../load/sender-tables.js';
import { nowMicros } from '../../measure/clock.js';
import { Latencies } from '../../measure/latencies.js';
import { defineRow } from '../../row.js';
import { waitUntil } from '../../stack/wait-until.js';
import { describeCost } from '../describe.js';
import { guestBody, ticketScene } from './ticket.js';

const options = {
  rate: { doc: 'guests per second', default: 1_000, min: 1 },
  seconds: { doc: 'how long', default: 60, min: 1 },
  seed: { doc: 'of the arrivals', default: 1 },
};

/** PROTOTYPE */
export const pipeline = defineRow({
  name: 'pipeline',
  summary: 'from POST /api/guest to the webhooks that tell of its e-mail',
  options,
  settings: () => ({ sandbox: { SANDBOX_RATE_LIMIT: '1000000' } }),
  async run(stack, chosen, report) {
    report.detail('setting up');
    setMaxListeners(0, stack.signal);
    const integrator = await Integrator.enter(stack, ticketScene);
    const sandbox = new Sandbox(stack.info.sandbox);
    const tables = new SenderTables(stack.info.databaseUrl);
    const accepted = new Set<string>();
    const latencies = new Latencies();
    const refused = new Map<string, number>();
    const load = async (rate: number, seconds: number, seed: number, count: boolean) => {
      const calls: Promise<void>[] = [];
      await runArrivals(
        arrivalsOf({ perSecond: rate, seconds, seed }),
        (due, index) => {
          const body = guestBody(integrator, randomUUID(), `guest+${seed}-${index}@sandbox.test`);
          calls.push(
            integrator.post('/api/guest', body).then(
              (answer) => {
                if (count) latencies.record(nowMicros() - due);
                if (answer.status < 300) {
                  if (count) accepted.add(sendIdOf(answer));
                } else refused.set(answer.text.slice(0, 300), (refused.get(answer.text.slice(0, 300)) ?? 0) + 1);
              },
              (error: Error) => void refused.set(error.message, (refused.get(error.message) ?? 0) + 1),
            ),
          );
        },
        stack.signal,
      );
      return Promise.all(calls);
    };
    const quiet = async () => {
      if ((await tables.underWay()) > 0 || (await sandbox.eventsWaiting()) > 0) return false;
      if ((await stack.unsettledReports()) > 0 || (await stack.unsettledEvents()) > 0) return false;
      return tables.outboxIsEmpty();
    };
    report.detail('warming up');
    await load(Math.min(200, chosen.rate), 5, 99, false);
    await waitUntil(quiet, { seconds: 60, signal: stack.signal });
    const before = (await stack.receiver.ask('counts', {})).arrivals;
    const from = nowMicros();
    const lines: string[] = [];
    const timer = setInterval(() => {
      void stack.receiver.ask('counts', {}).then(({ arrivals }) => {
        const line = `${((nowMicros() - from) / 1e6).toFixed(0)} s: accepted ${accepted.size}, told ${(arrivals - before) / 2}`;
        report.detail(line);
        lines.push(line);
      });
    }, 5_000);
    const running = load(chosen.rate, chosen.seconds, chosen.seed, true);
    await running;
    clearInterval(timer);
    const loaded = nowMicros();
    const told = ((await stack.receiver.ask('counts', {})).arrivals - before) / 2;
    const span = stack.sampler.since(from);
    await waitUntil(quiet, { seconds: 120, signal: stack.signal });
    const ended = nowMicros();
    const heard = await stack.receiver.ask('heard');
    let lost = 0;
    let dup = 0;
    for (const id of accepted) {
      const types = heard.get(id);
      for (const type of ['comms.sent', 'comms.delivered']) {
        const n = types?.get(type) ?? 0;
        if (n === 0) lost++;
        if (n > 1) dup++;
      }
    }
    const seconds = (loaded - from) / 1e6;
    const { p50Ms, p99Ms } = latencies.summary();
    await tables.close();
    await integrator.close();
    return {
      figure: told / seconds,
      unit: 'sends/s',
      target: '≥ 1000',
      met: told / seconds >= 1000 * 0.98,
      lost,
      duplicated: dup,
      p50Ms,
      p99Ms,
      notes: [
        `accepted ${accepted.size} in ${seconds.toFixed(1)} s; quiet ${((ended - loaded) / 1e6).toFixed(1)} s later`,
        `refused ${JSON.stringify([...refused])}`,
        ...lines,
        ...describeCost(span, seconds, told),
      ],
    };
  },
});
