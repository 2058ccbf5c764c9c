import path from 'node:path';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { createSubscription, type FormatName, type RetryRules } from '@qflow/contracts';
import {
  startStack,
  workspaceRoot,
  type ProcessName,
  type RunningStack,
  type StackInfo,
} from '@qflow/local-stack';
import { connectNats, Publisher, RpcClient } from '@qflow/messaging';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { EventSource } from '../load/event-source.js';
import { Sampler } from '../measure/sampler.js';
import { Receiver } from '../receiver/receiver.js';
import type { Settings } from '../row.js';
import { Replica } from './replica.js';
import { everyRow, webhookKeys } from './settings.js';

export interface BenchStackOptions {
  readonly dataDir: string;
  /** The checkout whose services run. */
  readonly root: string | undefined;
  readonly settings: Settings;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface NewEndpoint {
  readonly accountId: string;
  readonly url: string;
  readonly events: string[];
  readonly format?: FormatName;
  readonly retry?: RetryRules;
}

const schema = 'webhooks';

/** The hands of a row on NATS, each that of the user who may do it: nobody may do everything. */
type Connections = Record<'sender' | 'gateway' | 'streams', NatsConnection>;

async function connectAll({ natsUrl: url, natsPasswords }: StackInfo): Promise<Connections> {
  const as = (user: keyof Connections): Promise<NatsConnection> =>
    connectNats({ url, name: 'bench', ...(natsPasswords && { user, password: natsPasswords[user] }) });
  const [sender, gateway, streams] = await Promise.all([as('sender'), as('gateway'), as('streams')]);
  return { sender, gateway, streams };
}

/** A stack of its own for one row, with the hands that a row needs on it. */
export class BenchStack {
  readonly receiver = new Receiver();
  readonly events: EventSource;
  readonly sampler: Sampler;
  #replica: Replica | undefined;

  private constructor(
    private readonly stack: RunningStack,
    private readonly options: BenchStackOptions,
    private readonly connections: Connections,
    private readonly manager: JetStreamManager,
    /** On the schema of the webhooks service. */
    readonly database: pg.Pool,
  ) {
    this.events = new EventSource(new Publisher(jetstream(connections.sender)));
    this.sampler = new Sampler(() => this.processes());
  }

  /** @throws Error with the culprit's last words, when something does not come up. Nothing is left running then. */
  static async start(options: BenchStackOptions): Promise<BenchStack> {
    const { dataDir, root, log, signal } = options;
    const stack = await startStack({
      dataDir,
      log: (line) => isNews(line) && log(line),
      signal,
      env: everyRow,
      serviceEnv: options.settings,
      ...(root !== undefined && { root }),
    });
    try {
      const connections = await connectAll(stack.info);
      const database = new pg.Pool({
        connectionString: stack.info.databaseUrl,
        options: `-c search_path=${schema}`,
        max: 4,
      });
      // Killed with the server, in the rows that kill it; the next query gets a new one.
      database.on('error', () => {});
      return new BenchStack(
        stack,
        options,
        connections,
        await jetstreamManager(connections.streams),
        database,
      );
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  get info(): RunningStack['info'] {
    return this.stack.info;
  }

  /** The folder of the complete logs. */
  get logs(): string {
    return path.join(this.options.dataDir, 'logs');
  }

  /** Fires when somebody wants the run to end. */
  get signal(): AbortSignal {
    return this.options.signal;
  }

  /** Who runs at the moment; `bench` is the generator. */
  processes(): Record<string, number> {
    const replica = this.#replica?.pid;
    return {
      ...this.stack.info.processes,
      ...(replica !== undefined && { 'webhooks-2': replica }),
      receiver: this.receiver.pid,
      bench: process.pid,
    };
  }

  /** An endpoint as an account of its own would register it. */
  async subscribe(endpoint: NewEndpoint): Promise<{ id: string; secret: string }> {
    const { accountId, url, events, format = 'qflow', retry = {} } = endpoint;
    const rpc = new RpcClient(this.connections.gateway);
    return rpc.ask(createSubscription, {
      ...{ accountId, url, events, format, retry },
      id: uuidv7(),
      ...{ secret: null, description: null, headers: {}, asymmetric: false },
    });
  }

  /** Starts a second process of the webhooks service. */
  async addReplica(port: number): Promise<void> {
    const { databaseUrl, natsUrl, natsPasswords } = this.stack.info;
    this.#replica = new Replica({
      program: path.join(this.options.root ?? workspaceRoot, 'apps/webhooks/dist/main.js'),
      logFile: path.join(this.logs, 'webhooks-2.log'),
      env: {
        ...everyRow,
        ...this.options.settings.webhooks,
        ...{ HOST: '127.0.0.1', PORT: String(port), DATABASE_URL: databaseUrl, NATS_URL: natsUrl },
        ...(natsPasswords && { NATS_USER: 'webhooks', NATS_PASSWORD: natsPasswords.webhooks }),
        ...{ WEBHOOK_SECRET_KEYS: webhookKeys, WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8' },
      },
    });
    await this.#replica.start();
  }

  /**
   * `kill -9`.
   * @param back Called when it is ready again.
   * @returns false when it is down already
   */
  kill(name: ProcessName | 'webhooks-2', back: () => void = () => {}): boolean {
    if (name === 'webhooks-2') return this.#replica?.kill() ?? false;
    if (this.stack.info.processes[name] === undefined) return false;
    void this.stack.kill(name).then(back);
    return true;
  }

  /** Resolves when it has been killed and is ready again. */
  async restart(name: ProcessName): Promise<void> {
    await this.stack.kill(name, 'SIGTERM');
  }

  /** Events that webhooks has not settled yet. */
  unsettledEvents(): Promise<number> {
    return this.unsettled('EVENTS', 'webhooks-events');
  }

  /** Reports of the provider that the sender has not settled yet. */
  unsettledReports(): Promise<number> {
    return this.unsettled('PROVIDER', 'sender-reports');
  }

  private async unsettled(stream: string, durable: string): Promise<number> {
    const { num_pending, num_ack_pending } = await this.manager.consumers.info(stream, durable);
    return num_pending + num_ack_pending;
  }

  async stop(): Promise<void> {
    this.sampler.stop();
    await this.#replica?.stop();
    await this.receiver.close();
    await Promise.all(Object.values(this.connections).map((connection) => connection.close()));
    await this.database.end();
    await this.stack.stop();
  }
}

/** Rows make things go wrong: that services warn of it belongs into their logs, that one of them died does not. */
const isNews = (line: string): boolean => !/^\S+ {2}(warn|error): /.test(line);
