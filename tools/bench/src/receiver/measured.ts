import type { Stamp } from '../load/bench-event.js';
import { Latencies } from '../measure/latencies.js';
import { Timeline } from '../measure/timeline.js';
import type { CourseAnswer } from './protocol.js';

/** Of one group in one phase. */
interface Phase {
  readonly latencies: Latencies;
  /** When each ended, on the clock of `nowMicros`. */
  readonly ends: number[];
  /** How long each took, in the same order. */
  readonly micros: number[];
}

/** From when things were due to their arrival, by group and phase. */
export class Measured {
  readonly #phases = new Map<string, Phase>();

  record(group: string, { phase, due }: Stamp, at: number): void {
    const { latencies, ends, micros } = this.#of(group, phase);
    latencies.record(at - due);
    ends.push(at);
    micros.push(at - due);
  }

  latencies(group: string, phases: readonly string[]): Latencies {
    const all = new Latencies();
    for (const phase of phases) all.add(this.#of(group, phase).latencies);
    return all;
  }

  course(group: string, phase: string, start: number): CourseAnswer {
    const { ends, micros } = this.#of(group, phase);
    const timeline = new Timeline(start);
    let [first, last] = [Infinity, 0];
    ends.forEach((at, index) => {
      timeline.record(at, micros[index] as number);
      first = Math.min(first, at - start);
      last = Math.max(last, at - start);
    });
    return { seconds: timeline.seconds(), first: ends.length > 0 ? first : 0, last, count: ends.length };
  }

  #of(group: string, phase: string): Phase {
    const key = `${group} ${phase}`;
    let found = this.#phases.get(key);
    if (!found) this.#phases.set(key, (found = { latencies: new Latencies(), ends: [], micros: [] }));
    return found;
  }
}
