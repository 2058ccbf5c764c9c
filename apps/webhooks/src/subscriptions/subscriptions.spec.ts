import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { changeSubjects } from '@qflow/contracts';
import type { RpcClient } from '@qflow/messaging';
import { encrypt, parseKeyRing } from '@qflow/persistence';
import { createLogger } from '@qflow/service';
import type { DataSource } from 'typeorm';
import type { WebhooksConfig } from '../config.js';
import { SecretUnreadable } from '../secrets/open-secret.js';
import { Subscriptions } from './subscriptions.js';

const ring = (id: string, byte: number) => parseKeyRing(`${id}:${Buffer.alloc(32, byte).toString('base64')}`);
const keys = ring('k1', 1);

/** The cache with a table whose answers the spec gives, and what it says to others and to the log. */
function setUp() {
  const questions: { ids: string[]; answer: (rows: object[]) => void; fail: (error: Error) => void }[] = [];
  const announced: [string, object][] = [];
  const lines: Record<string, unknown>[] = [];
  let listener = (_change: { accountId: string }): void => {};
  const asked = new Set<() => void>();
  const dataSource = {
    query: (_text: string, [ids]: [string[]]) =>
      new Promise((answer, fail) => {
        questions.push({ ids, answer, fail });
        asked.forEach((tell) => tell());
      }),
  };
  const rpc = {
    listen: (_subject: string, listen: typeof listener) => (listener = listen),
    announce: (subject: string, change: object) => announced.push([subject, change]),
  };
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  const subscriptions = new Subscriptions(
    { WEBHOOK_SECRET_KEYS: keys } as WebhooksConfig,
    dataSource as unknown as DataSource,
    rpc as unknown as RpcClient,
    createLogger('webhooks', 'debug', sink),
  );
  subscriptions.onModuleInit();
  /** The n-th time that the table was asked, from 1. */
  const question = async (n: number) => {
    while (questions.length < n) await new Promise<void>((resolve) => asked.add(resolve));
    return questions[n - 1] as (typeof questions)[number];
  };
  return {
    subscriptions,
    question,
    questions,
    announced,
    lines,
    hear: (accountId: string) => listener({ accountId }),
  };
}

const row = (id: string, url: string, secret = encrypt(keys, 'hunter2')): object => ({
  id,
  account_id: 'a-1',
  url,
  format: 'qflow',
  retry: {},
  secret,
  headers: null,
  private_key: null,
  previous_secret: null,
  previous_until: null,
  active: true,
});

describe('the subscriptions as attempts see them', () => {
  it('are read together, and once', async () => {
    const { subscriptions, question, questions } = setUp();
    const got = Promise.all(['s-1', 's-2', 's-1', 's-3'].map((id) => subscriptions.get(id)));
    const { ids, answer } = await question(1);
    answer([row('s-2', 'two'), row('s-1', 'one')]);
    expect((await got).map((one) => one?.url)).toEqual(['one', 'two', 'one', undefined]);
    expect(ids).toEqual(['s-1', 's-2', 's-3']);
    expect(await subscriptions.get('s-2')).toMatchObject({ url: 'two', secrets: ['hunter2'] });
    expect(questions).toHaveLength(1);
  });

  it('are read anew after a change, whoever tells of it', async () => {
    const { subscriptions, question, announced, hear } = setUp();
    const tellers = [() => subscriptions.changed('a-1'), () => hear('a-1')];
    const before = subscriptions.get('s-1');
    (await question(1)).answer([row('s-1', 'url 1')]);
    await before;
    for (const [index, tell] of tellers.entries()) {
      tell();
      const after = subscriptions.get('s-1');
      (await question(index + 2)).answer([row('s-1', `url ${index + 2}`)]);
      expect((await after)?.url).toBe(`url ${index + 2}`);
    }
    expect(announced).toEqual([[changeSubjects.subscriptions, { accountId: 'a-1' }]]);
  });

  it('are not served as they were to whoever asks after a change, also while they are being read', async () => {
    const { subscriptions, question, hear } = setUp();
    const early = subscriptions.get('s-1');
    const first = await question(1);
    hear('a-1');
    const late = subscriptions.get('s-1');
    (await question(2)).answer([row('s-1', 'new')]);
    first.answer([row('s-1', 'old')]);
    expect([(await early)?.url, (await late)?.url]).toEqual(['old', 'new']);
    expect((await subscriptions.get('s-1'))?.url).toBe('new');
  });

  it('are asked for again after the database was away', async () => {
    const { subscriptions, question } = setUp();
    const inVain = subscriptions.get('s-1');
    (await question(1)).fail(new Error('away'));
    await expect(inVain).rejects.toThrow('away');
    const again = subscriptions.get('s-1');
    (await question(2)).answer([row('s-1', 'url')]);
    expect(await again).toMatchObject({ url: 'url' });
  });

  it('fail alone where their secrets cannot be read, and the log names the key, once', async () => {
    const { subscriptions, question, questions, lines } = setUp();
    const [bad, good] = [subscriptions.get('s-1'), subscriptions.get('s-2')];
    const refused = expect(bad).rejects.toBeInstanceOf(SecretUnreadable);
    (await question(1)).answer([row('s-1', 'one', encrypt(ring('k0', 9), 'hunter2')), row('s-2', 'two')]);
    await refused;
    expect(await good).toMatchObject({ url: 'two' });
    await expect(subscriptions.get('s-1')).rejects.toBeInstanceOf(SecretUnreadable);
    expect(questions).toHaveLength(1);
    expect(lines).toMatchObject([{ level: 'error', subscriptionId: 's-1', accountId: 'a-1', keyId: 'k0' }]);
    expect(lines[0]?.msg).toBe(
      'a secret of webhook s-1 cannot be read: key k0 is not in the ring (WEBHOOK_SECRET_KEYS). ' +
        'Its deliveries wait until WEBHOOK_SECRET_KEYS holds that key again',
    );
  });
});
