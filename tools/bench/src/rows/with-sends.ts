import { setMaxListeners } from 'node:events';
import { figure } from '../cli/render-table.js';
import { endpointName, Integrator } from '../load/integrator.js';
import { judgeSends, type SendVerdict } from '../load/judge-sends.js';
import { Sandbox } from '../load/sandbox.js';
import { SendLoad } from '../load/send-load.js';
import { SenderTables } from '../load/sender-tables.js';
import { ticketScene } from '../load/ticket.js';
import { nowMicros } from '../measure/clock.js';
import type { Span } from '../measure/sampler.js';
import { wholeGroup } from '../receiver/protocol.js';
import type { Report, Settings } from '../row.js';
import type { BenchStack } from '../stack/bench-stack.js';
import { deliveredInLog } from './delivered-in-log.js';
import { isQuiet, settle } from '../stack/settle.js';

/** The sandbox refuses too many calls, as SendGrid does; here that would be what is measured. */
export const sendLoadSettings: Settings = { sandbox: { SANDBOX_RATE_LIMIT: '1000000' } };

export interface Wanted {
  readonly phase: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly seed: number;
}

/** A load of sends that has come to its end. */
export interface SendsMeasured {
  readonly load: SendLoad;
  readonly verdict: SendVerdict;
  /** What was used from the first guest until nothing was under way: all of it was for these sends. */
  readonly span: Span;
  /** From the last guest until nothing was under way. */
  readonly finishSeconds: number;
  /** Whether it came to that in time. */
  readonly quiet: boolean;
  /** Sends of which a recipient got more than one e-mail, as the sandbox counts. */
  readonly mailedTwice: number;
  /** Webhooks that the log does not say have arrived. */
  readonly unlogged: number;
}

/** The group of the receiver's latencies under which whole sends are. */
export const wholeSends = wholeGroup(endpointName);

/** `comms.sent` and `comms.delivered`. */
const webhooksPerSend = 2;

/**
 * What a send runs through is compiled for good after some twelve thousand of them, in every service at the same moment,
 * which takes two seconds of a core: it belongs to the first minute of a service, not to what is measured.
 */
const [warmUpSeconds, warmUpRate] = [20, 800];
const finishWithinSeconds = 120;

/** An account with a ticket template and a webhook, and guests for it. */
export class Sends {
  #accepted = 0;

  constructor(
    private readonly stack: BenchStack,
    private readonly report: Report,
    private readonly integrator: Integrator,
    private readonly sandbox: Sandbox,
    private readonly tables: SenderTables,
  ) {}

  /** Until the compilers are done, and nothing of that is left. */
  async warmUp(): Promise<void> {
    this.report.detail('warming up');
    const load = { phase: 'warm-up', perSecond: warmUpRate, seconds: warmUpSeconds, seed: 99 };
    const sends = new SendLoad(this.integrator, { ...load, signal: this.stack.signal });
    await sends.run();
    this.#accepted += sends.accepted.length;
    await settle(this.places, finishWithinSeconds);
  }

  /** @param beside Done while the load runs. */
  async load(wanted: Wanted, beside: () => Promise<unknown> = async () => {}): Promise<SendsMeasured> {
    const { stack, report } = this;
    const load = new SendLoad(this.integrator, { ...wanted, signal: stack.signal });
    const from = stack.sampler.mark();
    const telling = this.#tell(load, wanted);
    await Promise.all([load.run(), beside()]).finally(() => clearInterval(telling));
    const ended = nowMicros();
    report.detail('waiting until every e-mail has come to an end');
    const quiet = await settle(this.places, finishWithinSeconds);
    const finishSeconds = (nowMicros() - ended) / 1_000_000;
    const span = stack.sampler.since(from);
    const verdict = judgeSends(load.accepted, await stack.receiver.ask('heard'));
    this.#accepted += load.accepted.length;
    const unlogged = Math.max(0, webhooksPerSend * this.#accepted - (await deliveredInLog(stack)));
    const mailedTwice = await this.sandbox.duplicates();
    return { load, verdict, span, finishSeconds, quiet, mailedTwice, unlogged };
  }

  isQuiet(): Promise<boolean> {
    return isQuiet(this.places);
  }

  private get places() {
    return { stack: this.stack, sandbox: this.sandbox, tables: this.tables };
  }

  #tell(load: SendLoad, { seconds }: Wanted): NodeJS.Timeout {
    return setInterval(() => {
      const at = (nowMicros() - load.start) / 1_000_000;
      this.report.detail(`${at.toFixed(0)} of ${seconds} s: ${figure(load.accepted.length)} accepted`);
    }, 1_000);
  }
}

/** Sets up what sends need, and takes it down again whatever happens. */
export async function withSends<Result>(
  stack: BenchStack,
  report: Report,
  work: (sends: Sends) => Promise<Result>,
): Promise<Result> {
  report.detail('an account, an event, a template and a webhook');
  // Each wait listens to it.
  setMaxListeners(0, stack.signal);
  const integrator = await Integrator.enter(stack, ticketScene);
  const tables = new SenderTables(stack.info.databaseUrl);
  try {
    return await work(new Sends(stack, report, integrator, new Sandbox(stack.info.sandbox), tables));
  } finally {
    await integrator.close();
    await tables.close();
  }
}
