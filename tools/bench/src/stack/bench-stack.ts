import path from 'node:path';
import { createSubscription, type FormatName, type RetryRules } from '@qflow/contracts';
import {
  locateServiceNode,
  startStack,
  workspaceRoot,
  type ProcessName,
  type RunningStack,
} from '@qflow/local-stack';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { EventSource } from '../load/event-source.js';
import { Sampler } from '../measure/sampler.js';
import { Receiver } from '../receiver/receiver.js';
import type { Settings } from '../row.js';
import { ageWal } from './age-wal.js';
import { NatsHands } from './nats-hands.js';
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

/** A stack of its own for one row, with the hands that a row needs on it. */
export class BenchStack {
  readonly events: EventSource;
  readonly sampler: Sampler;
  readonly #companions = new Map<string, number>();
  #replica: Replica | undefined;

  private constructor(
    private readonly stack: RunningStack,
    readonly receiver: Receiver,
    /** What services run on: what is held against them should as well. */
    readonly node: string,
    private readonly options: BenchStackOptions,
    readonly nats: NatsHands,
    /** On the schema of the webhooks service. */
    readonly database: pg.Pool,
  ) {
    this.events = new EventSource(nats.publisher);
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
      const nats = await NatsHands.connect(stack.info);
      const database = new pg.Pool({
        connectionString: stack.info.databaseUrl,
        options: `-c search_path=${schema}`,
        max: 4,
      });
      // Killed with the server, in the rows that kill it; the next query gets a new one.
      database.on('error', () => {});
      await ageWal(database);
      const node = await locateServiceNode(log);
      return new BenchStack(stack, new Receiver(node), node, options, nats, database);
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
      ...Object.fromEntries(this.#companions),
    };
  }

  /** Somebody else is looked at from now on, under this name. @returns ends that */
  accompany(name: string, pid: number): () => void {
    this.#companions.set(name, pid);
    return () => void this.#companions.delete(name);
  }

  /** An endpoint as an account of its own would register it. */
  async subscribe(endpoint: NewEndpoint): Promise<{ id: string; secret: string }> {
    const { accountId, url, events, format = 'qflow', retry = {} } = endpoint;
    return this.nats.rpc.ask(createSubscription, {
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

  /** Resolves when it has ended and is ready again. PostgreSQL waits for its clients, unless it is told by SIGINT. */
  async restart(name: ProcessName, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.stack.kill(name, signal);
  }

  /** Stops a process where it is, connections and all, until {@link thaw}: what others give it waits for it. */
  async freeze(name: ProcessName): Promise<void> {
    await this.stack.kill(name, 'SIGSTOP');
  }

  async thaw(name: ProcessName): Promise<void> {
    await this.stack.kill(name, 'SIGCONT');
  }

  async stop(): Promise<void> {
    this.sampler.stop();
    await this.#replica?.stop();
    await this.receiver.close();
    await this.nats.close();
    await this.database.end();
    await this.stack.stop();
  }
}

/** Rows make things go wrong: that services warn of it belongs into their logs, that one of them died does not. */
const isNews = (line: string): boolean => !/^\S+ {2}(warn|error): /.test(line);
