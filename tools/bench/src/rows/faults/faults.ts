import { figure } from '../../cli/render-table.js';
import { killPlan } from '../../kills/kill-plan.js';
import { Killer } from '../../kills/killer.js';
import { nowMicros } from '../../measure/clock.js';
import { defineRow, type Chosen, type Report } from '../../row.js';
import { settle } from '../../stack/settle.js';
import { GuestLoad } from './guest-load.js';
import { Integrator } from '../../load/integrator.js';
import { Sandbox, type Faults } from '../../load/sandbox.js';
import { SenderTables } from '../../load/sender-tables.js';
import { summarise } from './summarise.js';

const percent = (what: string) => `${what}, per cent`;

const options = {
  sends: { doc: 'guests, each of whom gets an e-mail', default: 10_000, min: 1 },
  rate: { doc: 'guests per second', default: 150, min: 1 },
  rate429: { doc: percent('requests answered 429 with a reset'), default: 5 },
  rate500: { doc: percent('requests answered 500'), default: 5 },
  resets: { doc: percent('connections reset before the e-mail was taken'), default: 2 },
  timeouts: { doc: percent('e-mails taken without an answer'), default: 2 },
  duplicates: { doc: percent('events posted twice'), default: 10 },
  shuffles: { doc: percent('posts with their events in random order'), default: 10 },
  grace: { doc: 'how long an unknown send waits for its events, s', default: 20, min: 1 },
  kills: { doc: 'kills per minute of sender, events, NATS and PostgreSQL, on average', default: 0 },
  seed: { doc: 'of the faults, the kills, the recipients and the arrivals', default: 1 },
};

/** Back-off, graces and lapsed claims: a send that is unlucky several times over needs a few minutes. */
const finishSeconds = 600;

/** targets.md, the invariants under faults; issue: 10,000 sends with a provider that fails in every way. */
export const faults = defineRow({
  name: 'faults',
  summary:
    'a provider that refuses, fails, resets, goes silent and repeats itself loses no e-mail and doubles none',
  options,
  settings: ({ grace }) => ({
    sender: { UNKNOWN_GRACE_SECONDS: String(grace) },
    sandbox: { SANDBOX_RATE_LIMIT: '1000000' },
  }),
  async run(stack, chosen, report) {
    report.detail('an account, an event, a template and a webhook');
    const integrator = await Integrator.enter(stack);
    const sandbox = new Sandbox(stack.info.sandbox);
    await sandbox.setFaults(faultsOf(chosen));
    const tables = new SenderTables(stack.info.databaseUrl);
    try {
      const load = new GuestLoad(integrator, { ...chosen, signal: stack.signal });
      const killer = new Killer(stack, killsOf(chosen));
      const from = nowMicros();
      await follow(load, killer, report);
      await killer.stop();
      const ended = nowMicros();
      report.detail('waiting until every e-mail has come to an end');
      const quiet = await settle({ stack, sandbox, tables }, finishSeconds);
      return await summarise({
        ...{ stack, load, sandbox, tables, quiet, seed: chosen.seed, kills: killer.kills },
        span: stack.sampler.since(from),
        ...{ loadSeconds: (ended - from) / 1_000_000, finishSeconds: (nowMicros() - ended) / 1_000_000 },
      });
    } finally {
      await integrator.close();
      await tables.close();
    }
  },
});

const faultsOf = (chosen: Chosen<typeof options>): Faults => ({
  rate429: chosen.rate429 / 100,
  rate500: chosen.rate500 / 100,
  rateReset: chosen.resets / 100,
  rateTimeoutAfterAccept: chosen.timeouts / 100,
  duplicateEvents: chosen.duplicates / 100,
  shuffleEvents: chosen.shuffles / 100,
  seed: chosen.seed,
});

const killsOf = ({ kills, seed, sends, rate }: Chosen<typeof options>) =>
  killPlan({
    ...{ seed, seconds: sends / rate, perMinute: kills },
    victims: ['sender', 'events', 'nats', 'postgres'],
  });

/** Until every guest is accepted. */
async function follow(load: GuestLoad, killer: Killer, report: Report): Promise<void> {
  const every = setInterval(
    () =>
      report.detail(
        `${figure(load.accepted.size)} guests accepted, ${figure(load.repeated)} calls repeated, ${killer.kills.length} kills`,
      ),
    1_000,
  );
  try {
    await load.run();
  } finally {
    clearInterval(every);
  }
}
