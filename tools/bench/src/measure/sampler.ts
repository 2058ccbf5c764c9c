import { nowMicros } from './clock.js';
import { usageOf, type Usage } from './processes.js';

const everyMs = 1_000;

interface Sample {
  readonly at: number;
  readonly usage: ReadonlyMap<string, Usage>;
}

/** What the processes used between two moments. */
export interface Span {
  /** How long it was looked at. */
  readonly seconds: number;
  /** CPU seconds per second, by process. */
  readonly cpu: Readonly<Record<string, number>>;
  /** Resident memory, MiB, by process. */
  readonly rss: Readonly<Record<string, { first: number; max: number; last: number }>>;
}

/** Looks at the processes of a stack once a second. */
export class Sampler {
  readonly #samples: Sample[] = [];
  readonly #timer: NodeJS.Timeout;

  /** @param processes Who runs at the moment, by name: restarts change it. */
  constructor(private readonly processes: () => Readonly<Record<string, number>>) {
    this.#look();
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  /** Looks now. @returns the moment, for {@link since}: a span that begins with it is exact */
  mark(): number {
    this.#look();
    return (this.#samples.at(-1) as Sample).at;
  }

  /** What was used since a moment on {@link nowMicros}' clock. A process that was restarted meanwhile counts anew. */
  since(from: number): Span {
    this.#look();
    const samples = this.#samples.filter(({ at }) => at >= from);
    const [first, last] = [samples[0] as Sample, samples.at(-1) as Sample];
    const seconds = Math.max((last.at - first.at) / 1_000_000, 0.001);
    const cpu: Record<string, number> = {};
    const rss: Span['rss'] & Record<string, object> = {};
    for (const [name, usage] of last.usage) {
      const before = first.usage.get(name)?.cpuSeconds ?? 0;
      cpu[name] = Math.max(0, usage.cpuSeconds - before) / seconds;
      const sizes = samples.map((sample) => sample.usage.get(name)?.rssMiB ?? 0).filter((size) => size > 0);
      rss[name] = { first: sizes[0] ?? 0, max: Math.max(0, ...sizes), last: sizes.at(-1) ?? 0 };
    }
    return { seconds, cpu, rss };
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const running = Object.entries(this.processes());
    const usage = usageOf(running.map(([, pid]) => pid));
    this.#samples.push({
      at: nowMicros(),
      usage: new Map(running.map(([name, pid]) => [name, usage.get(pid) as Usage])),
    });
  }
}
