import { readJson } from './private-file.js';
import type { DemoAccount, NatsPasswords } from './secrets.js';
import type { ServiceName } from './services.js';

/** The parts of a stack that run as processes; the servers are missing where DATABASE_URL or NATS_URL serve instead. */
export type ProcessName = ServiceName | 'nats' | 'postgres';

/** What `stack.json` says: all that a script needs to use a running stack. */
export interface StackInfo {
  /** Base URL of the public API, without a slash at the end; so is the sandbox's. */
  readonly gateway: string;
  readonly sandbox: string;
  /** Base URL of the events service, whose `/ingest/sendgrid` takes SendGrid's events. */
  readonly ingest: string;
  readonly natsUrl: string;
  /** Of its users, where NATS is the stack's own. */
  readonly natsPasswords?: NatsPasswords;
  /** `postgres://…`, with the superuser's password. */
  readonly databaseUrl: string;
  /** Base URL of every service, for its health and metrics. */
  readonly services: Readonly<Record<ServiceName, string>>;
  /** The supervisor, which keeps the others running. */
  readonly pid: number;
  /** Who runs under which pid. Restarts change it: read it when you need it. */
  readonly processes: Readonly<Partial<Record<ProcessName, number>>>;
  readonly demo: DemoAccount;
}

/** @returns undefined when no stack was started there, or the last one was stopped. */
export async function readStackInfo(stackFile: string): Promise<StackInfo | undefined> {
  return (await readJson(stackFile)) as StackInfo | undefined;
}

/** The port of every service. */
export function portsOf(info: StackInfo): Record<ServiceName, number> {
  const ports = Object.entries(info.services).map(([name, url]) => [name, Number(new URL(url).port)]);
  return Object.fromEntries(ports) as Record<ServiceName, number>;
}
