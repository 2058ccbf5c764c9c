import { beforeEach, describe, expect, it } from '@jest/globals';
import { parseKeyRing } from '@qflow/persistence';
import { importSendgridPublicKey } from '@qflow/signing';
import { natsUsers, natsVariable, plan, withDatabase } from './plan.js';
import { provideSecrets } from './provide-secrets.js';
import type { SecretStore, SecretValues } from './secret-store.js';

/** A namespace's Secrets in memory; whoever gets the same map works on the same namespace. */
class Namespace implements SecretStore {
  readonly namespace = 'qflow';
  /** Runs before a Secret is made: what somebody else does meanwhile. */
  meanwhile: (name: string) => void = () => {};

  constructor(readonly secrets = new Map<string, SecretValues>()) {}

  async read(name: string): Promise<SecretValues | undefined> {
    return this.secrets.get(name);
  }

  async create(name: string, values: SecretValues): Promise<boolean> {
    this.meanwhile(name);
    if (this.secrets.has(name)) return false;
    this.secrets.set(name, values);
    return true;
  }

  value(name: string, key: string): string {
    const value = this.secrets.get(`qflow-${name}`)?.[key];
    if (value === undefined) throw new Error(`${name} has no ${key}`);
    return value;
  }

  forget(...names: string[]): void {
    names.forEach((name) => this.secrets.delete(`qflow-${name}`));
  }
}

const silent = () => {};
const passwordIn = (url: string) => new URL(url).password;

describe('provideSecrets', () => {
  let namespace: Namespace;
  const provide = (one = namespace) => provideSecrets(one, silent);

  beforeEach(() => {
    namespace = new Namespace();
  });

  it('makes every Secret, with values that agree', async () => {
    await provide();
    expect([...namespace.secrets.keys()].sort()).toEqual(Object.keys(plan).sort());
    for (const user of natsUsers)
      expect(namespace.value(user, 'NATS_PASSWORD')).toBe(namespace.value('nats', natsVariable(user)));
    for (const app of withDatabase)
      expect(namespace.value(app, 'DATABASE_URL')).toBe(
        `postgres://qflow:${namespace.value('postgres', 'POSTGRES_PASSWORD')}@postgres:5432/qflow`,
      );
    expect(namespace.value('sender', 'SANDBOX_API_KEY')).toBe(namespace.value('sandbox', 'SANDBOX_API_KEY'));
  });

  it('makes values that the services can read', async () => {
    await provide();
    expect(() => parseKeyRing(namespace.value('gateway', 'SECRET_KEYS'))).not.toThrow();
    expect(() => parseKeyRing(namespace.value('webhooks', 'WEBHOOK_SECRET_KEYS'))).not.toThrow();
    const publicKey = namespace.value('events', 'SENDGRID_WEBHOOK_PUBLIC_KEYS');
    expect(importSendgridPublicKey(publicKey).asymmetricKeyType).toBe('ec');
    // What starts with a digit is a number in the configuration of NATS.
    for (const user of natsUsers)
      expect(namespace.value(user, 'NATS_PASSWORD')).toMatch(/^[a-z][0-9a-z]{40,}$/);
  });

  it('draws every value anew', async () => {
    const other = new Namespace();
    await provide();
    await provide(other);
    const texts = (one: Namespace) => [...one.secrets.values()].flatMap((values) => Object.values(values));
    const shared = texts(namespace).filter((text) => texts(other).includes(text));
    expect(shared.sort()).toEqual(['demo', 'demo@qflow.test']);
  });

  it('keeps what is there, and says so', async () => {
    await provide();
    const before = new Map(namespace.secrets);
    const lines: string[] = [];
    await provideSecrets(namespace, (line) => lines.push(line));
    expect(namespace.secrets).toEqual(before);
    expect(lines).toHaveLength(Object.keys(plan).length);
    expect(lines).toContain('Secret qflow-nats was there and is kept');
  });

  it('finishes what a run that died has begun', async () => {
    await provide();
    const before = new Map(namespace.secrets);
    namespace.forget('events', 'webhooks', 'streams');
    await provide();
    expect(namespace.secrets.get('qflow-nats')).toEqual(before.get('qflow-nats'));
    expect(namespace.value('streams', 'NATS_PASSWORD')).toBe(namespace.value('nats', 'STREAMS_PASSWORD'));
  });

  it('takes a value from its copies when the Secret of its server is gone', async () => {
    await provide();
    const before = new Map(namespace.secrets);
    namespace.forget('postgres', 'nats', 'gateway');
    await provide();
    expect(namespace.secrets.get('qflow-postgres')).toEqual(before.get('qflow-postgres'));
    expect(passwordIn(namespace.value('gateway', 'DATABASE_URL'))).toBe(
      before.get('qflow-postgres')?.POSTGRES_PASSWORD,
    );
    expect(namespace.value('nats', 'SENDER_PASSWORD')).toBe(before.get('qflow-nats')?.SENDER_PASSWORD);
    expect(namespace.value('gateway', 'NATS_PASSWORD')).toBe(namespace.value('nats', 'GATEWAY_PASSWORD'));
  });

  it.each(Object.keys(plan))('agrees with another Job that makes %s at the same moment', async (name) => {
    const theirs = new Namespace();
    await provide(theirs);
    // They have made everything up to this one when we get to it; the rest is ours.
    namespace.meanwhile = (asked) => {
      if (asked !== Object.keys(plan)[0]) return;
      for (const one of Object.keys(plan)) {
        namespace.secrets.set(one, theirs.secrets.get(one) ?? {});
        if (one === name) break;
      }
    };
    await provide();
    expect(namespace.secrets.get(name)).toEqual(theirs.secrets.get(name));
    // Looks at what is stored, by both.
    await expect(provide()).resolves.toBeUndefined();
  });

  it('agrees when several run from the start', async () => {
    await Promise.all([1, 2, 3, 4].map(() => provide(new Namespace(namespace.secrets))));
    await expect(provide()).resolves.toBeUndefined();
  });

  it('names what a Secret lacks, before it makes anything', async () => {
    namespace.secrets.set('qflow-sender', { DATABASE_URL: 'postgres://qflow:x@postgres:5432/qflow' });
    await expect(provide()).rejects.toThrow(
      /qflow-sender: NATS_PASSWORD is missing\n {2}qflow-sender: SANDBOX_API_KEY is missing\n.*edit secret qflow-sender\n.*delete secret qflow-sender$/,
    );
    expect([...namespace.secrets.keys()]).toEqual(['qflow-sender']);
  });

  it.each([
    [
      'events',
      { NATS_PASSWORD: 'other' },
      'qflow-events: NATS_PASSWORD is not EVENTS_PASSWORD of qflow-nats',
    ],
    [
      'templates',
      { DATABASE_URL: 'postgres://qflow:other@postgres:5432/qflow' },
      'qflow-templates: DATABASE_URL',
    ],
    ['sender', { SANDBOX_API_KEY: 'other' }, 'qflow-sender: SANDBOX_API_KEY is not that of qflow-sandbox'],
    ['events', { SENDGRID_WEBHOOK_PUBLIC_KEYS: 'other' }, 'lacks the public half of SANDBOX_SIGNING_KEY'],
    [
      'sandbox',
      { SANDBOX_SIGNING_KEY: 'other' },
      'qflow-sandbox: SANDBOX_SIGNING_KEY is no P-256 private key',
    ],
  ])('names a Secret that contradicts the others: %s', async (app, wrong, complaint) => {
    await provide();
    const name = `qflow-${app}`;
    const right = namespace.secrets.get(name) ?? {};
    namespace.secrets.set(name, { ...right, ...wrong });
    await expect(provide()).rejects.toThrow(complaint);
    namespace.secrets.set(name, right);
    await expect(provide()).resolves.toBeUndefined();
  });

  it('tells nobody to delete a key ring, and shows no value', async () => {
    await provide();
    namespace.secrets.set('qflow-gateway', {
      ...namespace.secrets.get('qflow-gateway'),
      NATS_PASSWORD: 'handmade-password',
    });
    const error = await provide().catch((one: unknown) => one as Error);
    expect(error?.message).toContain('edit secret qflow-gateway');
    expect(error?.message).not.toContain('delete');
    for (const values of namespace.secrets.values())
      for (const value of Object.values(values).filter((one) => one.length > 8))
        expect(error?.message).not.toContain(value);
  });

  it('leaves a database elsewhere to whoever named it', async () => {
    await provide();
    namespace.secrets.set('qflow-sender', {
      ...namespace.secrets.get('qflow-sender'),
      DATABASE_URL: 'postgres://sender:own@db.example.com/mail',
    });
    await expect(provide()).resolves.toBeUndefined();
  });
});
