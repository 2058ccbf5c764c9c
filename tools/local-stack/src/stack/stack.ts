import type { Progress, StepReport } from '../bootstrap/progress.js';
import { startNats } from '../nats/start-nats.js';
import { locateServiceNode } from '../node/service-node.js';
import { startPostgres } from '../postgres/start-postgres.js';
import { canSignIn, demoAccountCommands } from './demo-account.js';
import type { StackFolder } from './folder.js';
import { LogFiles, type LogFile } from './log-file.js';
import { writePrivateJson } from './private-file.js';
import type { ProcessRecord } from './process-record.js';
import { ProcessTable } from './process-table.js';
import type { NatsPasswords, Secrets } from './secrets.js';
import {
  migratedServices,
  migrations,
  natsWiring,
  serviceNames,
  serviceUrl,
  serviceWiring,
  type Environment,
  type ServiceName,
  type Wiring,
} from './services.js';
import type { ProcessName, StackInfo } from './stack-info.js';
import { migrate, runProgram, startService, type AppOptions } from './start-service.js';

export interface StackParts {
  readonly folder: StackFolder;
  readonly root: string;
  readonly ports: Readonly<Record<ProcessName, number>>;
  readonly secrets: Secrets;
  /** Servers of somebody else's, to be used instead of own ones; empty where there are none. */
  readonly servers: { readonly databaseUrl: string; readonly natsUrl: string };
  /** Settings that go before everything else, by process. */
  readonly env: (name: ProcessName) => Environment;
  readonly record: ProcessRecord;
  readonly log: (line: string) => void;
}

/** The database of the services; each has a schema of its own in it. */
const DATABASE = 'qflow';

/** All processes of a stack, and the order in which they come and go. */
export class Stack {
  readonly #processes: ProcessTable;
  readonly #logs: LogFiles;
  readonly #ending = new AbortController();
  /** What `start` has set going, whether or not somebody still waits for it. */
  readonly #tasks: Promise<unknown>[] = [];
  #stopped: Promise<void> | undefined;
  #complete = false;
  #writing: Promise<void> = Promise.resolve();
  #databaseUrl: string;
  #natsUrl: string;
  /** What services run on. */
  #node = process.execPath;

  constructor(private readonly parts: StackParts) {
    this.#processes = new ProcessTable(parts.record, parts.log, () => void this.#writeInfo());
    this.#logs = new LogFiles(parts.folder.logs);
    this.#databaseUrl = parts.servers.databaseUrl;
    this.#natsUrl = parts.servers.natsUrl;
  }

  /** @throws Error with the culprit's last words; the caller then stops the rest. */
  async start(progress: Progress): Promise<void> {
    await progress.step('Starting PostgreSQL and NATS', (report) => this.#startServers(report));
    await progress.step('Starting the services', (report) => this.#startServices(report));
    this.#complete = true;
    await this.#writeInfo();
  }

  get info(): StackInfo {
    const { ports, secrets } = this.parts;
    const urls = serviceNames.map((name) => [name, serviceUrl(ports, name)]);
    return {
      gateway: serviceUrl(ports, 'gateway'),
      sandbox: serviceUrl(ports, 'sandbox'),
      ingest: serviceUrl(ports, 'events'),
      natsUrl: this.#natsUrl,
      ...(this.#natsPasswords && { natsPasswords: this.#natsPasswords }),
      databaseUrl: this.#databaseUrl,
      services: Object.fromEntries(urls) as StackInfo['services'],
      pid: process.pid,
      processes: this.#processes.pids(),
      demo: secrets.demo,
    };
  }

  kill(name: ProcessName, signal: NodeJS.Signals): Promise<number | undefined> {
    return this.#processes.kill(name, signal);
  }

  /** The services first, together: they finish what is in hand, and need the servers for it. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  killNow(): void {
    this.#processes.killNow();
  }

  async #stop(): Promise<void> {
    this.#complete = false;
    this.#ending.abort();
    await this.#processes.stop((name) => name !== 'nats' && name !== 'postgres');
    await Promise.allSettled(this.#tasks);
    await this.#processes.stop(() => true);
    await this.#writing;
    await this.#logs.close();
  }

  /** `stack.json` appears when everything is ready, and then follows every restart. */
  #writeInfo(): Promise<void> {
    const { folder, log } = this.parts;
    if (!this.#complete) return this.#writing;
    this.#writing = this.#writing
      .then(() => writePrivateJson(folder.stackFile, this.info))
      .catch((error: Error) => log(`Cannot write ${folder.stackFile}: ${error.message}`));
    return this.#writing;
  }

  /** Remembers a piece of work, so that `stop` can wait until it has noticed the end. */
  #task<T>(work: Promise<T>): Promise<T> {
    this.#tasks.push(work.catch(() => {}));
    return work;
  }

  async #startServers(report: StepReport): Promise<void> {
    const [node, ...titles] = await Promise.all([
      this.#task(locateServiceNode(this.parts.log)),
      this.#databaseUrl ? 'PostgreSQL of DATABASE_URL' : this.#task(this.#startPostgres()),
      this.#natsUrl ? 'NATS of NATS_URL' : this.#task(this.#startNats()),
    ]);
    this.#node = node;
    report.title(titles.join(', '));
  }

  async #startPostgres(): Promise<string> {
    const { folder, ports, log } = this.parts;
    const output = serverOutput('postgres', this.#logs.of('postgres'), /PANIC: /, log);
    let version = '';
    await this.#processes.add('postgres', async () => {
      const options = { dataDir: folder.postgres, port: ports.postgres, database: DATABASE };
      const server = await startPostgres({ ...options, log, output });
      this.#databaseUrl = server.url;
      version = server.version;
      return server;
    });
    return `PostgreSQL ${version} on 127.0.0.1:${ports.postgres}`;
  }

  async #startNats(): Promise<string> {
    const { folder, ports, secrets, log } = this.parts;
    const output = serverOutput('nats', this.#logs.of('nats'), /\[(ERR|FTL)\]/, log);
    let version = '';
    await this.#processes.add('nats', async () => {
      const options = { dataDir: folder.nats, port: ports.nats, users: secrets.natsPasswords };
      const server = await startNats({ ...options, log, output });
      this.#natsUrl = server.url;
      version = server.version;
      return server;
    });
    return `NATS ${version} on 127.0.0.1:${ports.nats}`;
  }

  async #startServices(report: StepReport): Promise<void> {
    const migrated = this.#task(this.#migrate());
    let ready = 0;
    const tell = () => report.detail(`${ready} of ${serviceNames.length} ready`);
    tell();
    await Promise.all(
      serviceNames.map(async (name) => {
        await this.#task(this.#startService(name, migrated));
        ready++;
        tell();
      }),
    );
    report.title(`Services: ${serviceNames.join(', ')}`);
  }

  #migrate(): Promise<void> {
    const natsPasswords = this.#natsPasswords;
    const streams = natsWiring('streams', { natsPasswords });
    const apps = migrations.map((name) => this.#app(name, name === 'events' ? streams : {}));
    const on = { node: this.#node, logFile: this.#logs.of('migrations') };
    return migrate(apps, on, this.#ending.signal);
  }

  async #startService(name: ServiceName, migrated: Promise<void>): Promise<void> {
    const { ports, log } = this.parts;
    if (migratedServices.includes(name)) await migrated;
    this.#ending.signal.throwIfAborted();
    const app = this.#app(name);
    await this.#processes.add(name, (signal) => startService(app, ports[name], log, signal));
    if (name === 'gateway') await this.#ensureDemoAccount();
  }

  async #ensureDemoAccount(): Promise<void> {
    const { ports, secrets } = this.parts;
    const { signal } = this.#ending;
    if (await canSignIn(serviceUrl(ports, 'gateway'), secrets.demo, signal)) return;
    const admin = { ...this.#app('gateway'), logFile: this.#logs.of('admin') };
    for (const command of demoAccountCommands(secrets.demo))
      await runProgram(admin, 'admin.js', command, signal);
  }

  /** An own server knows the users of `k8s/nats/users.conf`; one of somebody else's may have others, or none. */
  get #natsPasswords(): NatsPasswords | undefined {
    return this.parts.servers.natsUrl ? undefined : this.parts.secrets.natsPasswords;
  }

  #app(name: ServiceName, extra: Environment = {}): AppOptions {
    const servers = { databaseUrl: this.#databaseUrl, natsUrl: this.#natsUrl };
    const wiring: Wiring = { ...this.parts, ...servers, natsPasswords: this.#natsPasswords };
    return {
      name,
      node: this.#node,
      root: this.parts.root,
      env: { ...serviceWiring(name, wiring), ...extra, ...this.parts.env(name) },
      logFile: this.#logs.of(name),
    };
  }
}

/** Everything goes to the file; on the terminal a server's own voice is only heard when things are serious. */
function serverOutput(name: string, file: LogFile, serious: RegExp, log: (line: string) => void) {
  return (line: string): void => {
    file.write(line);
    if (serious.test(line)) log(`${name}  ${line}`);
  };
}
