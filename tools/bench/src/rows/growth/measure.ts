import type pg from 'pg';
import { endpointName, type Integrator } from '../../load/integrator.js';
import { SendLoad } from '../../load/send-load.js';
import { SteadyLoad } from '../../load/steady-load.js';
import type { Span } from '../../measure/sampler.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { waitUntil } from '../../stack/wait-until.js';

/** What doing something so and so often took. */
export interface Cost {
  /** CPU milliseconds each, by process. */
  readonly cpuMs: Readonly<Record<string, number>>;
  /** All processes together. */
  readonly allMs: number;
  /** Bytes that the database wrote ahead (WAL), each. */
  readonly walBytes: number;
  readonly span: Span;
}

/** An account whose events are published by us, and its endpoint at the receiver. */
export interface Hearer {
  readonly accountId: string;
  readonly endpoint: string;
}

export interface Load {
  readonly perSecond: number;
  readonly seconds: number;
  readonly seed: number;
}

const patience = 60;

/** `comms.sent`, and what became of it. */
export const webhooksPerSend = 2;

/** Measures what one of something costs, on a machine that does nothing else. */
export class CostMeter {
  /** Sends that were promised so far. */
  promised = 0;

  constructor(
    private readonly stack: BenchStack,
    private readonly integrator: Integrator,
    /** A user who may do everything. */
    private readonly database: pg.Pool,
  ) {}

  /** Guests with e-mails, each until it has been told. */
  sends(phase: string, load: Load): Promise<Cost> {
    return this.#measure(async () => {
      const sends = new SendLoad(this.integrator, { ...load, phase, signal: this.stack.signal });
      await sends.run();
      if (sends.refused > 0) throw new Error(`Guests were refused: ${sends.refusals().join('; ')}`);
      this.promised += sends.accepted.length;
      const all = this.promised * webhooksPerSend;
      await this.#until('Sends were not told of', async () => (await this.#arrived(endpointName)) >= all);
      return sends.accepted.length;
    });
  }

  /** Events straight onto the stream, each until it has been delivered. */
  deliveries({ accountId, endpoint }: Hearer, { perSecond, seconds, seed }: Load): Promise<Cost> {
    const { events, signal } = this.stack;
    const limit = Math.ceil(perSecond * seconds);
    return this.#measure(async () => {
      const all = (await this.#arrived(endpoint)) + limit;
      const audiences = [{ accountId, endpoints: [endpoint] }];
      await new SteadyLoad(events, { audiences, perSecond, seed, limit, signal }).finished();
      await this.#until('Deliveries did not arrive', async () => (await this.#arrived(endpoint)) >= all);
      return limit;
    });
  }

  async #until(failure: string, condition: () => Promise<boolean>): Promise<void> {
    if (!(await waitUntil(condition, { seconds: patience, signal: this.stack.signal })))
      throw new Error(`${failure} within ${patience} s.`);
  }

  /** The tables are not asked: once they are full, that would cost more than what is measured. */
  async #arrived(endpoint: string): Promise<number> {
    return (await this.stack.receiver.ask('counts', { endpoint })).distinct;
  }

  /** @param work Answers how many of it were done. */
  async #measure(work: () => Promise<number>): Promise<Cost> {
    // Each page is written whole to the WAL when it is first touched after a checkpoint: the same beginning for all.
    await this.database.query('CHECKPOINT');
    const [lsn, from] = [await this.#lsn(), this.stack.sampler.mark()];
    const count = await work();
    const span = this.stack.sampler.since(from);
    const cpuMs = Object.fromEntries(
      Object.entries(span.cpu).map(([name, share]) => [name, (share * span.seconds * 1_000) / count]),
    );
    const allMs = Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0);
    return { cpuMs, allMs, walBytes: Number((await this.#lsn()) - lsn) / count, span };
  }

  async #lsn(): Promise<bigint> {
    const { rows } = await this.database.query<{ bytes: string }>(
      `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::text AS bytes`,
    );
    return BigInt(rows[0]?.bytes ?? 0);
  }
}
