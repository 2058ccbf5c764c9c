import { Inject, Injectable } from '@nestjs/common';
import type { ProviderName } from '@qflow/contracts';
import { JetStreamServer } from '@qflow/messaging';
import { LOGGER, Metrics, Readiness, type PartState } from '@qflow/service';
import type { Logger } from 'pino';
import { AccountProviders } from '../accounts/account-providers.js';
import { mayTry, type CircuitStatus } from '../provider/provider-circuit.js';
import { Providers } from '../provider/providers.js';
import type { Statuses } from '../provider/routing.js';
import { ProviderLog } from './provider-log.js';

/** The consumer of requested sends. */
export const requestsConsumer = 'sender-requests';

/** E-mail that waits in the table goes first for trial, so that no batch is pulled for the sake of one e-mail. */
const tableFirstMs = 2_000;
/** While one for trial is on its way; what becomes of it comes sooner. */
const trialMs = 30_000;

type Closed = Exclude<CircuitStatus, { is: 'open' }>;

/**
 * What follows from the states of the providers beyond single e-mails: whether requested sends are taken from the
 * stream, and what operators see of it (log, metrics, health).
 */
@Injectable()
export class SendingState {
  private readonly log: ProviderLog;
  private heldUntil = 0;
  private wereOpen = false;

  constructor(
    private readonly providers: Providers,
    private readonly accounts: AccountProviders,
    private readonly server: JetStreamServer,
    @Inject(LOGGER) logger: Logger,
    readiness: Readiness,
    metrics: Metrics,
  ) {
    this.log = new ProviderLog(providers.defaults, logger);
    readiness.show('sending', () => this.part());
    this.measure(metrics);
  }

  /** To be called whenever a provider may have changed its state, and now and then because time passes. */
  look(now = Date.now()): void {
    const allOpen = this.providers.allOpen(now);
    // As after nearly every e-mail: nothing has changed.
    if (allOpen && this.wereOpen && this.heldUntil <= now) return;
    this.wereOpen = allOpen;
    const statuses = this.providers.statuses(now);
    this.log.look(statuses, now);
    this.hold(holdUntil(this.ways(statuses), this.heldUntil, now), now);
  }

  /** Nothing is pulled while all e-mail would wait: it does so on the stream, and not here. */
  private hold(until: number, now: number): void {
    if (until === this.heldUntil || (until <= now && this.heldUntil <= now)) return;
    try {
      this.server.hold(requestsConsumer, Math.max(0, until - now));
      this.heldUntil = until;
    } catch {
      // It does not pull yet: the next look holds it.
    }
  }

  private used(statuses: Statuses): CircuitStatus[] {
    return [...new Set([...this.providers.defaults, ...this.accounts.named])].flatMap(
      (name) => statuses.get(name) ?? [],
    );
  }

  /** Whom e-mail goes to, or waits for: behind one that is paused nobody looks (see `routing.ts`). */
  private ways(statuses: Statuses): CircuitStatus[] {
    return [this.providers.defaults, ...this.accounts.lists].flatMap((list) => {
      const known = list.flatMap((name) => statuses.get(name) ?? []);
      const paused = known.findIndex(({ is }) => is === 'paused');
      return paused < 0 ? known : known.slice(0, paused + 1);
    });
  }

  private part(now = Date.now()): PartState {
    const statuses = this.providers.statuses(now);
    const degraded = this.used(statuses).some(({ is }) => is !== 'open');
    return {
      degraded,
      details: {
        providers: Object.fromEntries([...statuses].map(([name, status]) => [name, shown(status, now)])),
        ...(this.heldUntil > now && { pullsAgainAt: time(this.heldUntil) }),
        ...(degraded && { note: 'E-mail waits, or takes another way, and goes on by itself.' }),
      },
    };
  }

  private measure(metrics: Metrics): void {
    const closed = (now: number): [ProviderName, CircuitStatus][] => [...this.providers.statuses(now)];
    metrics.gauges(
      'qflow_provider_paused_seconds',
      'How long a provider still gets no e-mail, because it asked for a pause or is down; 0 when it gets e-mail.',
      ['provider'],
      () => {
        const now = Date.now();
        return closed(now).map(([provider, status]) => [{ provider }, secondsLeft(status, now)]);
      },
    );
    metrics.gauges(
      'qflow_provider_state',
      '1 for the state that a provider is in.',
      ['provider', 'state'],
      () =>
        closed(Date.now()).flatMap(([provider, { is }]) =>
          (['open', 'paused', 'down'] as const).map(
            (state): [Record<'provider' | 'state', string>, number] => [
              { provider, state },
              is === state ? 1 : 0,
            ],
          ),
        ),
    );
    metrics.gauge(
      'qflow_sending_held',
      '1 while no requested e-mail is taken from the stream, because the providers that it goes to take none.',
      () => (this.heldUntil > Date.now() ? 1 : 0),
    );
  }
}

/** Until when nothing is to be pulled, ms since the epoch. */
function holdUntil(ways: readonly CircuitStatus[], heldUntil: number, now: number): number {
  const closed = ways.filter((status): status is Closed => status.is !== 'open');
  if (closed.length < ways.length) return 0;
  return Math.min(
    ...closed.map(({ is, trying, until }) => {
      if (is === 'paused') return until;
      if (!trying) return until + tableFirstMs;
      return heldUntil > now + tableFirstMs ? heldUntil : now + trialMs;
    }),
  );
}

const secondsLeft = (status: CircuitStatus, now: number): number =>
  status.is === 'open' ? 0 : Math.max(0, status.until - now) / 1000;

const time = (ms: number): string => new Date(ms).toISOString();

function shown(status: CircuitStatus, now: number): Record<string, unknown> {
  if (status.is === 'open') return { state: 'open' };
  const { is, because, error, since, until, trying } = status;
  const known = { state: is, because, error, since: time(since) };
  if (trying) return { ...known, trial: 'under way' };
  return mayTry(status, now) ? { ...known, trial: 'with the next e-mail' } : { ...known, until: time(until) };
}
