import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@qflow/local-stack';
import { figure } from '../../cli/render-table.js';
import { killPlan, type Victim } from '../../kills/kill-plan.js';
import { Killer } from '../../kills/killer.js';
import { SteadyLoad, type Audience } from '../../load/steady-load.js';
import { nowMicros } from '../../measure/clock.js';
import { defineRow, type Chosen, type Report } from '../../row.js';
import { addEndpoints } from '../../stack/add-endpoints.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { waitUntil } from '../../stack/wait-until.js';
import { summarise } from './summarise.js';

const options = {
  deliveries: { doc: 'deliveries in all', default: 50_000, min: 1 },
  rate: { doc: 'deliveries per second', default: 400, min: 1 },
  accounts: { doc: 'accounts', default: 10, min: 1 },
  endpoints: { doc: 'endpoints of each account', default: 5, min: 1 },
  replicas: { doc: 'processes of the webhooks service, 1 or 2', default: 2, min: 1 },
  kills: { doc: 'kills per minute, on average', default: 12 },
  seed: { doc: 'of the kills and the arrivals', default: 1 },
};

/** A claim of somebody who was killed lapses, and a retry comes after half a minute at most: both, and some. */
const finishSeconds = 240;

/** targets.md, the invariants under faults; issue: kill -9 of webhooks, NATS and Postgres at random. */
export const chaos = defineRow({
  name: 'chaos',
  summary: 'kill -9 of webhooks, NATS and PostgreSQL at random loses no event and changes no id',
  options,
  async run(stack, chosen, report) {
    if (chosen.replicas > 1) await stack.addReplica(await freePort());
    report.detail('registering endpoints');
    const audiences = await audiencesOf(stack, chosen);
    const seconds = chosen.deliveries / chosen.rate;
    const victims: Victim[] = [
      'webhooks',
      'nats',
      'postgres',
      ...(chosen.replicas > 1 ? (['webhooks-2'] as const) : []),
    ];
    const plan = killPlan({ seed: chosen.seed, seconds, perMinute: chosen.kills, victims });
    report.note(
      `chaos: seed ${chosen.seed}, ${plan.length} kills planned in ${figure(Math.round(seconds))} s`,
    );
    const load = new SteadyLoad(stack.events, {
      ...{ audiences, signal: stack.signal, limit: Math.round(chosen.deliveries / chosen.endpoints) },
      ...{ perSecond: chosen.rate / chosen.endpoints, seed: chosen.seed },
    });
    load.phase = 'chaos';
    const from = nowMicros();
    const killer = new Killer(stack, plan);
    await follow(stack, load, killer, report);
    await killer.stop();
    const ended = nowMicros();
    report.detail('waiting until nothing waits');
    const quiet = await waitUntil(() => isQuiet(stack, load), {
      seconds: finishSeconds,
      signal: stack.signal,
    });
    return summarise(stack, {
      ...{ audiences, expectations: load.expectations(), kills: killer.kills, seed: chosen.seed, quiet },
      ...{ from, loadSeconds: (ended - from) / 1_000_000, finishSeconds: (nowMicros() - ended) / 1_000_000 },
    });
  },
});

async function audiencesOf(stack: BenchStack, chosen: Chosen<typeof options>): Promise<Audience[]> {
  const audiences: Audience[] = [];
  for (let made = 0; made < chosen.accounts; made++) {
    const accountId = randomUUID();
    const wanted = { accountId, events: ['comms.*'], group: 'all', count: chosen.endpoints };
    const added = await addEndpoints(stack, wanted);
    audiences.push({ accountId, endpoints: added.map(({ name }) => name) });
  }
  return audiences;
}

/** Until everything is published and stored. */
async function follow(stack: BenchStack, load: SteadyLoad, killer: Killer, report: Report): Promise<void> {
  let done = false;
  const published = load.finished().then(() => stack.events.settled());
  void published.then(() => void (done = true));
  while (!done) {
    const { arrivals } = await stack.receiver.ask('counts', {});
    report.detail(
      `${figure(stack.events.published)} events, ${figure(arrivals)} arrivals, ${killer.kills.length} kills`,
    );
    await Promise.race([published, pause(1_000, undefined, { signal: stack.signal })]);
  }
}

/** Nothing on the stream that was not settled, nothing that waits for an attempt, nothing missing. */
async function isQuiet(stack: BenchStack, load: SteadyLoad): Promise<boolean> {
  const { rows } = await stack.database.query<{ waits: boolean }>(
    'SELECT EXISTS (SELECT FROM waiting) AS waits',
  );
  if (rows[0]?.waits !== false || (await stack.nats.unsettledEvents()) > 0) return false;
  return (await stack.receiver.ask('account', { expectations: load.expectations() })).lost === 0;
}
