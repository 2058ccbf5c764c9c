import type { ProviderName } from '@qflow/contracts';
import type { Logger } from 'pino';
import type { CircuitStatus } from '../provider/provider-circuit.js';
import type { Statuses } from '../provider/routing.js';

type Closed = Exclude<CircuitStatus, { is: 'open' }>;

/** Says in the log when a provider closes and opens, and when e-mail takes another way: once, not per e-mail. */
export class ProviderLog {
  private readonly closed = new Map<ProviderName, Closed>();
  private detour: ProviderName | undefined;

  /** @param defaults the order in which providers are tried where an account has no list of its own */
  constructor(
    private readonly defaults: readonly ProviderName[],
    private readonly logger: Logger,
  ) {}

  look(statuses: Statuses, now: number): void {
    for (const [provider, status] of statuses)
      if (status.is === 'open') this.opened(provider, now);
      else if (!isSame(this.closed.get(provider), status)) this.hasClosed(provider, status);
    this.ways(statuses);
  }

  private opened(provider: ProviderName, now: number): void {
    const earlier = this.closed.get(provider);
    if (!earlier) return;
    this.closed.delete(provider);
    const seconds = Math.round((now - earlier.since) / 1000);
    this.logger.info({ provider, seconds }, `${provider} takes e-mail again, after ${seconds} s`);
  }

  private hasClosed(provider: ProviderName, status: Closed): void {
    this.closed.set(provider, status);
    const { because, error } = status;
    const line = { provider, because, error, until: new Date(status.until).toISOString() };
    switch (because) {
      case 'rate_limited':
        return this.logger.warn(
          line,
          `${provider} asks us to slow down: it gets no e-mail until ${line.until}`,
        );
      case 'down':
        return this.logger.error(line, `${provider} is down, and tried again by itself: ${error}`);
      case 'misconfigured':
        return this.logger.error(
          line,
          `${provider} refuses us; check its key, address and plan. It is tried again by itself: ${error}`,
        );
    }
  }

  /** Of accounts without a list of their own, which are nearly all. A provider that is merely paused is waited for. */
  private ways(statuses: Statuses): void {
    const way = this.defaults.find((name) => statuses.get(name)?.is !== 'down');
    const [first] = this.defaults;
    if (way === undefined || way === this.detour || first === undefined) return;
    if (way === first) {
      if (this.detour)
        this.logger.info({ provider: first }, `failover ends: e-mail goes through ${first} again`);
      this.detour = undefined;
      return;
    }
    this.detour = way;
    this.logger.warn(
      { provider: way, instead: first },
      `failover begins: e-mail goes through ${way} instead of ${first}`,
    );
  }
}

/** A wait that is prolonged is no news. */
const isSame = (earlier: Closed | undefined, { is, because }: Closed): boolean =>
  earlier?.is === is && earlier.because === because;
