/**
 * The endpoints of a run, in a process of their own: what receiving costs is not mixed into what the generator, or
 * the platform, costs. Its parent asks it over the IPC channel (see protocol.ts); it ends when the parent does.
 */
import { freePort } from '@qflow/local-stack';
import { answerParent } from '../child/answer-parent.js';
import { nowMicros } from '../measure/clock.js';
import { checkRequest } from './check-request.js';
import { Endpoint, type Take } from './endpoint.js';
import { Hearing } from './hearing.js';
import { Ledger } from './ledger.js';
import { Measured } from './measured.js';
import { wholeGroup, type Questions } from './protocol.js';

const examples = 5;

const endpoints = new Map<string, Endpoint>();
const secrets = new Map<string, string>();
const ledger = new Ledger();
const hearing = new Hearing();
const measured = new Measured();
const reasons: string[] = [];
const counts = { changed: 0, refused: 0 };
const ports = new Set<number>();

/** Told in this many ways, a send has been told of completely. */
const wholeAfter = 2;

function refuse(why: string): void {
  counts.refused += 1;
  if (reasons.length < examples) reasons.push(why);
}

async function open(name: string, group: string): Promise<number> {
  const port = await freePort(undefined, ports);
  ports.add(port);
  const take: Take = (request) => {
    const at = nowMicros();
    const genuine = checkRequest(secrets.get(name), request);
    if (typeof genuine === 'string') {
      refuse(genuine);
      return 401;
    }
    const { id, type, sendId, digest, stamp } = genuine;
    const entered = ledger.enter(name, id, digest, at);
    if (entered === 'changed') counts.changed += 1;
    if (entered !== 'first') return 200;
    const types = hearing.enter(sendId, type);
    if (!stamp) return 200;
    measured.record(group, stamp, at);
    if (types === wholeAfter) measured.record(wholeGroup(group), stamp, at);
    return 200;
  };
  endpoints.set(name, new Endpoint(port, take, refuse));
  return port;
}

answerParent<Questions>({
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
  latencies: ({ group, phases }) => measured.latencies(group, phases).summary(),
  course: ({ group, phase, start }) => measured.course(group, phase, start),
  account: ({ expectations }) => ledger.account(expectations),
  repeats: () => ledger.repeats(),
  heard: () => hearing.heard,
  counts: ({ endpoint }) => ({
    ...counts,
    arrivals: ledger.arrivals,
    distinct: endpoint === undefined ? 0 : ledger.distinct(endpoint),
    reasons,
  }),
});
