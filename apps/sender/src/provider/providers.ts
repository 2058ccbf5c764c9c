import type { ProviderName } from '@qflow/contracts';
import type { EmailProvider } from './email-provider.js';
import { Places } from './places.js';
import { ProviderCircuit } from './provider-circuit.js';
import { Routing, type Statuses } from './routing.js';

/** A provider, whether it gets e-mail just now, and how much of it at once. */
export interface Channel {
  readonly name: ProviderName;
  readonly provider: EmailProvider;
  readonly circuit: ProviderCircuit;
  readonly places: Places;
}

export interface ProvidersOptions {
  /** All that the installation is configured for. */
  providers: readonly EmailProvider[];
  /** The order in which they are tried for accounts without a list of their own. */
  defaults: readonly ProviderName[];
  /** E-mails on their way to each at once. */
  concurrency: number;
}

/** The providers that this installation is configured for. What is known of their state is this replica's. */
export class Providers {
  readonly defaults: readonly ProviderName[];
  private readonly channels: ReadonlyMap<ProviderName, Channel>;

  constructor({ providers, defaults, concurrency }: ProvidersOptions) {
    this.defaults = defaults;
    this.channels = new Map(
      providers.map((provider) => [
        provider.name,
        {
          name: provider.name,
          provider,
          circuit: new ProviderCircuit(),
          places: new Places(concurrency),
        },
      ]),
    );
  }

  get all(): Channel[] {
    return [...this.channels.values()];
  }

  /** @throws Error where this installation is not configured for it */
  of(name: ProviderName): Channel {
    const channel = this.channels.get(name);
    if (!channel) throw new Error(`there is no provider ${name}`);
    return channel;
  }

  /** Whether all of them get e-mail. */
  allOpen(now = Date.now()): boolean {
    for (const { circuit } of this.channels.values()) if (!circuit.isOpen(now)) return false;
    return true;
  }

  statuses(now = Date.now()): Statuses {
    return new Map(this.all.map(({ name, circuit }) => [name, circuit.status(now)]));
  }

  /** For the e-mails of one batch. */
  routing(now = Date.now()): Routing {
    return new Routing(this.defaults, this.statuses(now), now);
  }

  /** The first provider of the installation, where it gets e-mail now; undefined: look at {@link routing}. */
  firstOpen(now = Date.now()): ProviderName | undefined {
    const [first] = this.defaults;
    return first && this.of(first).circuit.isOpen(now) ? first : undefined;
  }

  /** The one that e-mail of no account goes through now: no trial is made with it. Undefined: it has to wait. */
  openByDefault(now = Date.now()): Channel | undefined {
    const channels = this.defaults.map((name) => this.of(name));
    const first = channels.find(({ circuit }) => circuit.status(now).is !== 'down');
    return first?.circuit.status(now).is === 'open' ? first : undefined;
  }

  /** Resolves when nothing is on its way any more. */
  async idle(): Promise<void> {
    await Promise.all(this.all.map(({ places }) => places.empty()));
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(({ provider }) => provider.close()));
  }
}
