import path from 'node:path';
import { AskedChild } from '../child/asked-child.js';
import type { Span } from '../measure/sampler.js';
import type { BenchStack } from '../stack/bench-stack.js';
import type { FloorQuestions, FloorSpec, Ran } from './protocol.js';

/** What a floor came to. */
export interface FloorFigure extends Ran {
  readonly perSecond: number;
  /** CPU seconds that one costs, of everybody who takes part; 0 where the system does not tell. */
  readonly cpuSeconds: number;
}

/** Who takes part in a floor; the services are idle meanwhile. */
const participants = ['floor', 'bench', 'receiver', 'postgres', 'nats'];

/**
 * What bare libraries do on this machine, at this time, against the servers of this stack: a loop in a process of its
 * own that does one stage of the platform's work and none of the rest.
 */
export class Floor {
  private constructor(
    private readonly stack: BenchStack,
    private readonly child: AskedChild<FloorQuestions>,
    private readonly leave: () => void,
    private readonly url: string | undefined,
  ) {}

  static async start(stack: BenchStack, spec: FloorSpec): Promise<Floor> {
    const program = path.join(import.meta.dirname, 'floor-process.js');
    const child = new AskedChild<FloorQuestions>(`The floor “${spec.kind}”`, program, stack.node);
    const leave = stack.accompany('floor', child.pid);
    try {
      const { origin } = await child.ask('start', spec);
      return new Floor(stack, child, leave, origin);
    } catch (error) {
      await child.close();
      throw error;
    }
  }

  /** Where it is asked, of one that is asked over HTTP. */
  get origin(): string {
    if (this.url === undefined) throw new Error('This floor is not asked over HTTP.');
    return this.url;
  }

  /** Lets it do its work so often, as fast as it can or at a rate. */
  async run(count: number, perSecond?: number): Promise<FloorFigure> {
    await this.child.ask('prepare', { count });
    return this.measure(() => this.child.ask('run', perSecond === undefined ? {} : { perSecond }));
  }

  /** The same for one that is asked over HTTP: `work` does the asking. */
  async measure(work: () => Promise<Ran>): Promise<FloorFigure> {
    const from = this.stack.sampler.mark();
    const ran = await work();
    const span = this.stack.sampler.since(from);
    return { ...ran, perSecond: ran.count / ran.seconds, cpuSeconds: cpuOf(span) / ran.count };
  }

  async stop(): Promise<void> {
    this.leave();
    await this.child.close();
  }
}

const cpuOf = ({ cpu, seconds }: Span): number =>
  participants.reduce((sum, name) => sum + (cpu[name] ?? 0) * seconds, 0);
