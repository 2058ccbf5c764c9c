/** A floor in a process of its own: its parent asks it over the IPC channel (see protocol.ts). */
import { answerParent } from '../child/answer-parent.js';
import { exactArrivals, runArrivals } from '../load/arrivals.js';
import { runLanes } from '../load/lanes.js';
import { nowMicros } from '../measure/clock.js';
import { Latencies } from '../measure/latencies.js';
import { startDeliver } from './programs/deliver.js';
import { startGuestServer } from './programs/guest-server.js';
import { startIngest } from './programs/ingest.js';
import { startMail } from './programs/mail.js';
import type { FloorQuestions, FloorSpec, Ran, RunningFloor } from './protocol.js';

let floor: RunningFloor = {};

function start(spec: FloorSpec): Promise<RunningFloor> {
  switch (spec.kind) {
    case 'accept':
    case 'bulk':
      return startGuestServer(spec);
    case 'deliver':
      return startDeliver(spec);
    case 'ingest':
      return startIngest(spec);
    case 'mail':
      return startMail(spec);
  }
}

/** Repetitions with which the compiler gets to know the loop. */
const warmUps = 2_000;
const seed = 1;
let prepared = 0;

function prepare(count: number): void {
  prepared = count;
  floor.prepare?.(count);
}

async function run(perSecond: number | undefined): Promise<Ran> {
  const { work, lanes = 1 } = floor;
  if (!work) throw new Error('This floor is asked over HTTP.');
  const count = prepared;
  const latencies = new Latencies();
  const one = async (index: number, due = nowMicros()): Promise<void> => {
    await work(index);
    latencies.record(nowMicros() - due);
  };
  const from = nowMicros();
  if (perSecond === undefined) await runLanes(lanes, count, one);
  else {
    const underWay: Promise<void>[] = [];
    const arrivals = exactArrivals({ perSecond, seconds: count / perSecond, seed });
    await runArrivals(arrivals, (due, index) => void underWay.push(one(index, due)));
    await Promise.all(underWay);
  }
  const { p50Ms, p99Ms } = latencies.summary();
  return { count, seconds: (nowMicros() - from) / 1_000_000, p50Ms, p99Ms };
}

answerParent<FloorQuestions>({
  async start(spec) {
    floor = await start(spec);
    if (floor.work) {
      prepare(warmUps);
      await run(undefined);
    }
    return { ...(floor.origin !== undefined && { origin: floor.origin }) };
  },
  prepare: ({ count }) => prepare(count),
  run: ({ perSecond }) => run(perSecond),
});
