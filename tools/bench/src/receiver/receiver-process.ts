/**
 * The endpoints of a run, in a process of their own: what receiving costs is not mixed into what the generator, or
 * the platform, costs. Its parent asks it over the IPC channel (see protocol.ts); it ends when the parent does.
 */
import { freePort } from '@qflow/local-stack';
import { nowMicros } from '../measure/clock.js';
import { Latencies } from '../measure/latencies.js';
import { checkRequest } from './check-request.js';
import { Endpoint } from './endpoint.js';
import { Hearing } from './hearing.js';
import { Ledger } from './ledger.js';
import type { Answer, Question, Questions } from './protocol.js';

const examples = 5;

const endpoints = new Map<string, Endpoint>();
const secrets = new Map<string, string>();
const ledger = new Ledger();
const hearing = new Hearing();
/** By group and phase. */
const latencies = new Map<string, Latencies>();
const reasons: string[] = [];
const counts = { changed: 0, refused: 0 };
const ports = new Set<number>();

const keyOf = (group: string, phase: string) => `${group} ${phase}`;

function latenciesOf(key: string): Latencies {
  let found = latencies.get(key);
  if (!found) latencies.set(key, (found = new Latencies()));
  return found;
}

async function open(name: string, group: string): Promise<number> {
  const port = await freePort(undefined, ports);
  ports.add(port);
  const take: Endpoint['take'] = (request, body) => {
    const at = nowMicros();
    const genuine = checkRequest(secrets.get(name), request, body);
    if (typeof genuine === 'string') {
      counts.refused += 1;
      if (reasons.length < examples) reasons.push(genuine);
      return 401;
    }
    const { id, type, sendId, digest, stamp } = genuine;
    const entered = ledger.enter(name, id, digest, at);
    if (entered === 'changed') counts.changed += 1;
    if (entered === 'first') hearing.enter(sendId, type);
    if (entered === 'first' && stamp) latenciesOf(keyOf(group, stamp.phase)).record(at - stamp.due);
    return 200;
  };
  endpoints.set(name, new Endpoint(port, take));
  return port;
}

type Answers = {
  [Name in keyof Questions]: (
    request: Parameters<Questions[Name]>[0],
  ) => ReturnType<Questions[Name]> | Promise<ReturnType<Questions[Name]>>;
};

const answers: Answers = {
  async open({ names, group }) {
    const opened: Record<string, number> = {};
    for (const name of names) opened[name] = await open(name, group);
    return opened;
  },
  trust(request) {
    for (const [name, secret] of Object.entries(request.secrets)) secrets.set(name, secret);
  },
  async behave({ names, behaviour }) {
    await Promise.all(names.map(async (name) => endpoints.get(name)?.behave(behaviour)));
  },
  latencies({ group, phases }) {
    const all = new Latencies();
    for (const phase of phases) all.add(latenciesOf(keyOf(group, phase)));
    return all.summary();
  },
  account: ({ expectations }) => ledger.account(expectations),
  repeats: () => ledger.repeats(),
  heard: () => hearing.heard,
  counts: ({ endpoint }) => ({
    ...counts,
    arrivals: ledger.arrivals,
    distinct: endpoint === undefined ? 0 : ledger.distinct(endpoint),
    reasons,
  }),
};

process.on('message', ({ number, name, request }: Question) => {
  const answer = answers[name] as (request: unknown) => unknown;
  Promise.resolve()
    .then(() => answer(request))
    .then((value) => process.send?.({ number, value } satisfies Answer))
    .catch((error: Error) => process.send?.({ number, error: error.message } satisfies Answer));
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; the parent decides when we are no longer needed.
process.on('SIGINT', () => {});
