import { invalidEmail, type ProviderOutcome } from './email-provider.js';

/** Failures in a row after which a provider counts as down, where no other e-mail is on its way to it. */
export const failuresToClose = 5;
/**
 * And while others are: a refused connection is told sooner than a success, so the first answers to a burst are its failures,
 * also where nine in ten succeed.
 */
export const failuresToCloseWhileBusy = 20;
/** First wait for a provider that is down and does not say for how long; doubled by every failed trial, ms. */
export const firstOutageMs = 1_000;
export const longestOutageMs = 60_000;
/** For a provider that wants us to slow down and does not say for how long, ms. */
const defaultPauseMs = 10_000;

/** Why no e-mail goes to a provider. */
export type ClosedBecause = 'rate_limited' | 'down' | 'misconfigured';

/** Times in ms since the epoch. */
export type CircuitStatus =
  | { is: 'open' }
  | {
      /**
       * `paused`: it is well and asked us to wait, so its e-mail waits for it.
       * `down`: e-mail takes another way where there is one.
       */
      is: 'paused' | 'down';
      because: ClosedBecause;
      /** What it said, or what happened, last. */
      error: string;
      since: number;
      /** When the next e-mail may go there: all that wait, or, to a provider that is down, one for trial. */
      until: number;
      /** Whether that one e-mail is on its way. */
      trying: boolean;
    };

/** The right to hand one e-mail over; to be given back with {@link ProviderCircuit.observe} or `leave`. */
export interface Permit {
  readonly era: number;
  readonly trial: boolean;
}

interface Closed {
  because: ClosedBecause;
  error: string;
  since: number;
  until: number;
}

interface Failure {
  error: string;
  /** Where the provider said when it expects to be back. */
  afterMs?: number;
}

/**
 * Whether a provider gets e-mail just now, from what became of the e-mails before. Pure: the time is passed in.
 *
 * - **open**, until {@link failuresToClose} e-mails in a row fail for its sake (no answer counts, a refusal of the
 *   e-mail does not: whoever refuses is alive), or {@link failuresToCloseWhileBusy} while others wait for their answers.
 * - **down** for a growing interval, then *one* e-mail is let through for trial. Where the provider answers it, all
 *   may follow; where not, the next interval is twice as long. E-mails that were on their way when it went down say
 *   nothing new and change nothing.
 * - **paused** until the time that the provider named (429). Nothing has failed; afterwards all may go on.
 */
export class ProviderCircuit {
  private failures = 0;
  /** E-mails that are on their way. */
  private underWay = 0;
  private outage: (Closed & { lastMs: number }) | undefined;
  private pause: Closed | undefined;
  private trial: Permit | undefined;
  /** Counts openings and closings: what began in an earlier era is no news. */
  private era = 0;

  /** Whether {@link status} is `open`. */
  isOpen(now: number): boolean {
    return !this.outage && !(this.pause && this.pause.until > now);
  }

  status(now: number): CircuitStatus {
    const trying = this.trial !== undefined;
    if (this.outage) {
      const { because, error, since, until } = this.outage;
      return { is: 'down', because, error, since, until: Math.max(until, this.pause?.until ?? 0), trying };
    }
    if (this.pause && this.pause.until > now) return { is: 'paused', ...this.pause, trying };
    return { is: 'open' };
  }

  /** Whether {@link enter} would let an e-mail through. */
  takes(now: number): boolean {
    return this.isOpen(now) || mayTry(this.status(now), now);
  }

  /** Undefined where no e-mail may go to the provider now. */
  enter(now: number): Permit | undefined {
    const isOpen = this.isOpen(now);
    if (!isOpen && !mayTry(this.status(now), now)) return undefined;
    const permit = { era: this.era, trial: !isOpen };
    if (permit.trial) this.trial = permit;
    this.underWay++;
    return permit;
  }

  /** The e-mail was not handed over after all. */
  leave(permit: Permit): void {
    this.underWay--;
    if (permit === this.trial) this.trial = undefined;
  }

  /** What became of the e-mail. */
  observe(permit: Permit, outcome: ProviderOutcome, now: number): void {
    this.leave(permit);
    const { is } = outcome;
    // It was never asked, so it may be down all the same.
    if (is === 'rejected' && outcome.code === invalidEmail) return;
    if (is === 'retryable' && outcome.because === 'slow_down') this.slowDown(outcome, now);
    if (permit.era !== this.era) return;
    if (is === 'unknown') this.fail(permit, 'down', outcome, now);
    else if (is === 'retryable' && (outcome.because === 'down' || outcome.because === 'misconfigured'))
      this.fail(permit, outcome.because, outcome, now);
    else this.succeed();
  }

  /** Also from e-mails of an earlier era: the time that it names stands. */
  private slowDown({ error, afterMs }: Failure, now: number): void {
    const until = now + (afterMs ?? defaultPauseMs);
    const running = this.pause && this.pause.until > now ? this.pause : undefined;
    this.pause = {
      because: 'rate_limited',
      error,
      since: running?.since ?? now,
      until: Math.max(until, running?.until ?? 0),
    };
  }

  private succeed(): void {
    this.failures = 0;
    if (!this.outage) return;
    this.outage = undefined;
    this.era++;
  }

  private fail(
    { trial }: Permit,
    because: ClosedBecause,
    { error, afterMs = 0 }: Failure,
    now: number,
  ): void {
    this.failures++;
    if (!trial && this.failures < (this.underWay === 0 ? failuresToClose : failuresToCloseWhileBusy)) return;
    const lastMs = this.outage ? Math.min(this.outage.lastMs * 2, longestOutageMs) : firstOutageMs;
    const until = now + Math.max(lastMs, afterMs);
    this.outage = { because, error, since: this.outage?.since ?? now, until, lastMs };
    this.era++;
  }
}

/** Whether the provider is down and its next e-mail for trial may go. */
export const mayTry = (status: CircuitStatus, now: number): boolean =>
  status.is === 'down' && !status.trying && status.until <= now;
