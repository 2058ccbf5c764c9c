import type { ProviderName } from '@qflow/contracts';
import { mayTry, type CircuitStatus } from './provider-circuit.js';

/** How things stand with each provider that this installation is configured for. */
export type Statuses = ReadonlyMap<ProviderName, CircuitStatus>;

/** Where an e-mail goes now, or until when it waits and for what. */
export type Route = { through: ProviderName } | { waitUntil: number; error: string };

/** Whoever waits looks again after this at the earliest, ms: a wait that is about to end is not spun on. */
const shortestWaitMs = 1_000;
/** How often those that wait for a provider that is not configured look whether it is, ms. */
const notConfiguredMs = 60_000;
/** What waits for a provider that is down looks again within this, once the outage is long, ms. */
const longestSpreadMs = 5 * 60_000;

/**
 * Decides for the e-mails of one batch through whom they go. The first provider of the list that is not down gets an
 * e-mail: one that is merely paused is waited for. One e-mail of the batch is let through to a provider that is down
 * and to be tried.
 */
export class Routing {
  private readonly tried = new Set<ProviderName>();

  constructor(
    private readonly defaults: readonly ProviderName[],
    private readonly statuses: Statuses,
    private readonly now: number,
    private readonly random: () => number = Math.random,
  ) {}

  /**
   * @param own the list of the account, where it has one
   * @param bound the only provider it may go to, because that one may have it already
   * @param attempts it has had so far: one that has failed already is not used for trial where it has another way, or
   * the same e-mail would be sent for trial again and again, and late
   */
  of(own: readonly ProviderName[] | null, bound: ProviderName | null, attempts = 0): Route {
    const list = bound ? [bound] : (own ?? this.defaults);
    const hasWay = list.some((name) => this.statuses.get(name)?.is === 'open');
    const waits: { until: number; error: string }[] = [];
    for (const name of list) {
      const status = this.statuses.get(name);
      if (!status) continue;
      if (status.is === 'open') return { through: name };
      if (!(hasWay && attempts > 0) && this.mayTry(name, status)) return { through: name };
      const error = waitingFor(name, status);
      if (status.is === 'paused') return { waitUntil: this.waitUntil(status), error };
      waits.push({ until: this.waitUntil(status), error });
    }
    const [soonest] = waits.sort((a, b) => a.until - b.until);
    if (soonest) return { waitUntil: soonest.until, error: soonest.error };
    return { waitUntil: this.now + notConfiguredMs, error: `waits for ${list.join(' or ')}: not configured` };
  }

  private mayTry(name: ProviderName, status: CircuitStatus): boolean {
    if (this.tried.has(name) || !mayTry(status, this.now)) return false;
    this.tried.add(name);
    return true;
  }

  /** The longer an outage lasts, the more it is spread when those that wait for its end are looked at again. */
  private waitUntil(status: Exclude<CircuitStatus, { is: 'open' }>): number {
    const until = Math.max(status.until, this.now + shortestWaitMs);
    if (status.is === 'paused') return until;
    return until + this.random() * Math.min((this.now - status.since) / 10, longestSpreadMs);
  }
}

/** Begins every reason of a wait for a provider. */
export const waiting = 'waits for';

function waitingFor(name: ProviderName, status: Exclude<CircuitStatus, { is: 'open' }>): string {
  const why = { rate_limited: 'it asked to slow down', down: 'it is down', misconfigured: 'it refuses us' };
  return `${waiting} ${name}, ${why[status.because]}: ${status.error}`;
}
