import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CodedError, type SendRequestedV1 } from '@qflow/contracts';
import type { RunningService } from '@qflow/service';
import { eventually } from '@qflow/testing';
import { DataSource } from 'typeorm';
import { claimKeys, type Claim } from '../src/idempotency/claim-keys.js';
import { IdempotencyKeys } from '../src/idempotency/idempotency-keys.js';
import { settleClaims } from '../src/idempotency/settle-claims.js';
import { startGateway, TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let other: RunningService;
let user: TestUser;
let eventId: string;
let templateId: string;

beforeAll(async () => {
  gateway = await TestGateway.start();
  other = await startGateway(gateway.config);
  user = await gateway.user();
  eventId = await gateway.event(user);
  templateId = gateway.fakes.template(user.accountId, eventId).id;
});
afterAll(async () => {
  await other.close();
  await gateway.stop();
});

interface Repeatable {
  key?: string;
  body?: unknown;
  path?: string;
  url?: string;
  token?: string;
}

const post = ({ key, body = guest(), path = '/api/guest', ...rest }: Repeatable): Promise<Answer> =>
  gateway.call('POST', path, {
    token: user.token,
    body,
    ...rest,
    ...(key !== undefined && { headers: { 'Idempotency-Key': key } }),
  });

const guest = (values: object = {}): object => ({
  eventId,
  firstName: 'Ada',
  email: 'ada@example.com',
  commsTemplateId: templateId,
  ...values,
});

/** What a repetition gets: everything but what belongs to the exchange. */
const essence = ({ status, text, headers }: Answer): object => ({
  status,
  text,
  type: headers.get('content-type'),
  requestId: headers.get('x-request-id'),
});

async function expectReplay(first: Answer, again: Answer): Promise<void> {
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(essence(again)).toEqual(essence(first));
}

async function sendsOf(attendeeId: unknown): Promise<SendRequestedV1[]> {
  await eventually(async () => (await gateway.count('outbox')) === 0);
  const sends = await gateway.platform.messages.inStream<SendRequestedV1>('SENDS');
  return sends.filter((send) => send.attendeeId === attendeeId);
}

/** As a process leaves it that dies after its work and before its answer is stored, half a minute later. */
const die = (): Promise<unknown> =>
  gateway.sql(
    `UPDATE idempotency_keys SET status = NULL, answer = NULL, claimed_until = now() - interval '1 second'`,
  );

describe('a repetition', () => {
  it('gets the answer of the first, byte for byte, on any replica, and nothing is done twice', async () => {
    const key = randomUUID();
    const body = guest();
    const first = await post({ key, body });
    expect(first.status).toBe(200);
    await expectReplay(first, await post({ key, body }));
    await expectReplay(first, await post({ key, body, url: other.url }));
    expect(await sendsOf(first.body.id)).toHaveLength(1);
  });

  it('gets the same refusal, with the request id under which it was refused', async () => {
    const key = randomUUID();
    const body = { eventId: 'x' };
    const first = await post({ key, body });
    expect([first.status, first.body.code]).toEqual([400, 'validation_error']);
    const again = await post({ key, body, url: other.url });
    await expectReplay(first, again);
    expect(again.body.instance).toBe(again.headers.get('x-request-id'));
  });

  it('gets the same 404', async () => {
    const key = randomUUID();
    const body = guest({ eventId: randomUUID() });
    await expectReplay(await post({ key, body }), await post({ key, body }));
  });

  it('works on routes without a body', async () => {
    await gateway.call('POST', '/api/comms/webhook', {
      token: user.token,
      body: { url: 'https://example.com/hook' },
    });
    const rotate = { token: user.token, headers: { 'Idempotency-Key': 'rotate-1' } };
    const first = await gateway.call('POST', '/api/comms/webhook/rotate', rotate);
    await expectReplay(first, await gateway.call('POST', '/api/comms/webhook/rotate', rotate));
  });

  it('leaves no secret readable in the database', async () => {
    const key = randomUUID();
    const body = { url: 'https://example.com/hook' };
    const { body: answer } = await post({ key, path: '/api/comms/webhook', body });
    expect(answer.secret).toBe('a'.repeat(64));
    const rows = await gateway.sql<{ answer: string }>('SELECT answer FROM idempotency_keys');
    for (const row of rows) expect(row.answer).not.toContain('aaaaaaaa');
  });

  it('costs budget like any call, and says so of this call', async () => {
    const key = randomUUID();
    const [first, again] = [await post({ key }), await post({ key })];
    const left = ({ headers }: Answer): number => Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
    expect(left(again)).toBe(left(first) - 1);
  });

  it('after 24 hours is a new request', async () => {
    const key = randomUUID();
    const body = { eventId };
    const first = await post({ key, body });
    await gateway.sql(`UPDATE idempotency_keys SET created_at = now() - interval '24 hours'`);
    const second = await post({ key, body });
    expect(second.headers.get('idempotency-replayed')).toBeNull();
    expect(second.body.id).not.toBe(first.body.id);
    await expectReplay(second, await post({ key, body }));
  });
});

describe('a key', () => {
  it('belongs to one request', async () => {
    const key = randomUUID();
    await post({ key });
    const others: Repeatable[] = [
      { key, body: guest({ firstName: 'Grace' }) },
      { key, body: guest(), path: '/checkin/v1/api/guest' },
      { key, body: guest(), path: '/api/guest?x=1' },
      { key, body: guest(), path: '/api/comms/send' },
    ];
    for (const request of others) {
      const { status, body, headers } = await post(request);
      expect([status, body.code]).toEqual([409, 'idempotency_conflict']);
      expect(headers.get('retry-after')).toBeNull();
    }
  });

  it('belongs to one account', async () => {
    const key = randomUUID();
    const first = await post({ key, body: { eventId } });
    const stranger = await gateway.user();
    const theirs = { eventId: await gateway.event(stranger) };
    const { status, body } = await post({ key, body: theirs, token: stranger.token });
    expect(status).toBe(200);
    expect(body.id).not.toBe(first.body.id);
  });

  it.each([
    ['empty', ''],
    ['too long', 'k'.repeat(256)],
    ['not ASCII', '\u00e9'],
    ['with a control character', 'a\tb'],
  ])('that is %s is refused', async (_what, key) => {
    const { status, body } = await post({ key });
    expect([status, body.code]).toEqual([400, 'validation_error']);
    expect(body.detail).toBe('The Idempotency-Key header must be 1 to 255 printable ASCII characters.');
    expect(body.errors).toEqual([
      { path: '/Idempotency-Key', message: 'must be 1 to 255 printable ASCII characters' },
    ]);
  });

  it('of 255 characters, with spaces, is fine', async () => {
    expect((await post({ key: `a b${'~'.repeat(252)}` })).status).toBe(200);
  });

  it('means nothing to a GET', async () => {
    const headers = { 'Idempotency-Key': '' };
    const { status } = await gateway.call('GET', `/api/guest/${randomUUID()}`, {
      token: user.token,
      headers,
    });
    expect(status).toBe(404);
  });

  it('is not claimed by what the guards refuse', async () => {
    const key = randomUUID();
    const refused = await gateway.user({ comms: false });
    const body = { url: 'https://example.com/hook' };
    const ask = (url: string) => post({ key, path: '/api/comms/webhook', body, token: refused.token, url });
    expect((await ask(gateway.service.url)).status).toBe(403);
    await gateway.sql('UPDATE accounts SET comms_enabled = true WHERE id = $1', [refused.accountId]);
    expect((await ask(other.url)).status).toBe(200);
  });

  it('is gone a day later', async () => {
    await gateway.sql(`UPDATE idempotency_keys SET created_at = now() - interval '24 hours'`);
    const successor = await startGateway(gateway.config);
    await eventually(async () => (await gateway.count('idempotency_keys')) === 0);
    await successor.close();
  });
});

describe('an answer whose encryption key was withdrawn', () => {
  it('cannot be given again, and the request is not carried out again either', async () => {
    const key = randomUUID();
    const body = guest();
    await post({ key, body });
    await gateway.sql(`UPDATE idempotency_keys SET answer = 'withdrawn.' || answer`);
    const again = await post({ key, body });
    expect([again.status, again.body.code]).toEqual([409, 'idempotency_conflict']);
    expect(again.body.detail).toMatch(/was carried out, but its answer can no longer be read/);
  });
});

describe('requests that race', () => {
  it('are one guest and one e-mail; who is not first waits or gets the answer', async () => {
    const key = randomUUID();
    const urls = [gateway.service.url, other.url];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => post({ key, body: guest(), url: urls[index % 2] })),
    );
    const done = answers.filter(({ status }) => status === 200);
    const waiting = answers.filter(({ status }) => status === 409);
    expect(done.length).toBeGreaterThan(0);
    expect(done.length + waiting.length).toBe(20);
    expect(new Set(done.map(({ text }) => text)).size).toBe(1);
    for (const { body, headers } of waiting) {
      expect(body.code).toBe('idempotency_conflict');
      expect(headers.get('retry-after')).toBe('1');
    }
    const again = await post({ key, body: guest() });
    expect(again.text).toBe(done[0]?.text);
    expect(await sendsOf(again.body.id)).toHaveLength(1);
  });
});

describe('claims and answers of the same keys', () => {
  it('do not lock each other up', async () => {
    const { sql } = gateway;
    for (let round = 0; round < 20; round++) {
      const uses = Array.from({ length: 200 }, () => ({
        accountId: randomUUID(),
        keyHash: randomBytes(32),
        fingerprint: randomBytes(32),
      }));
      const settled = (await claimKeys(sql, uses)).map((outcome) => ({
        claim: (outcome as { claim: Claim }).claim,
        sealed: { status: 200, answer: 'x' },
      }));
      const [repeated, earlier] = await Promise.all([claimKeys(sql, uses), settleClaims(sql, settled)]);
      expect(new Set(repeated.map(({ is }) => is)).has('claimed')).toBe(false);
      expect(earlier.every((answer) => answer === null)).toBe(true);
    }
  });
});

describe('a process that dies', () => {
  it('after the work and before the answer is stored: the repetition finds the work done', async () => {
    const key = randomUUID();
    const body = guest();
    const first = await post({ key, body });
    await die();
    const again = await post({ key, body, url: other.url });
    expect(again.status).toBe(200);
    expect(again.headers.get('idempotency-replayed')).toBeNull();
    expect(again.body.id).toBe(first.body.id);
    expect(again.body.attendeeInvitationId).toBe(first.body.attendeeInvitationId);
    expect(await sendsOf(first.body.id)).toHaveLength(1);
    await expectReplay(again, await post({ key, body }));
  });

  it('again and again: still one', async () => {
    const key = randomUUID();
    const ids = new Set<unknown>();
    for (let life = 0; life < 4; life++) {
      ids.add((await post({ key, body: guest(), url: life % 2 ? other.url : gateway.service.url })).body.id);
      await die();
    }
    expect(ids.size).toBe(1);
    expect(await sendsOf([...ids][0])).toHaveLength(1);
  });

  it('is not taken over by another request', async () => {
    const key = randomUUID();
    await post({ key, body: guest() });
    await die();
    expect((await post({ key, body: guest({ firstName: 'Eve' }) })).status).toBe(409);
  });

  it('is not taken over from before its time', async () => {
    const key = randomUUID();
    await post({ key, body: guest() });
    await gateway.sql('UPDATE idempotency_keys SET status = NULL, answer = NULL');
    const { status, headers } = await post({ key, body: guest() });
    expect([status, headers.get('retry-after')]).toEqual([409, '1']);
  });
});

describe('an attempt that was thought dead', () => {
  it('answers what its heir has answered', async () => {
    const key = randomUUID();
    const keys = gateway.get(IdempotencyKeys);
    const settle = keys.settle.bind(keys);
    let goOn = (): void => undefined;
    const paused = new Promise<void>((resolve) => (goOn = resolve));
    let reached = (): void => undefined;
    const atTheEnd = new Promise<void>((resolve) => (reached = resolve));
    const spy = jest.spyOn(keys, 'settle').mockImplementationOnce(async (claim, answer) => {
      reached();
      await paused;
      return settle(claim, answer && { ...answer, body: 'of the slow one' });
    });
    const slow = post({ key });
    await atTheEnd;
    await gateway.sql('UPDATE idempotency_keys SET claimed_until = now()');
    const heir = await post({ key, url: other.url });
    goOn();
    expect((await slow).text).toBe(heir.text);
    expect((await post({ key })).text).toBe(heir.text);
    spy.mockRestore();
  });
});

describe('what is not kept', () => {
  const send = (key: string): Promise<Answer> =>
    post({ key, path: '/api/comms/send', body: { attendeeId, templateId } });
  let attendeeId: unknown;
  beforeAll(async () => {
    attendeeId = (await post({ body: guest() })).body.id;
  });

  it('an answer that says to come back: whoever does gets another', async () => {
    const key = randomUUID();
    const verify = (): Promise<Answer> => post({ key, path: '/api/comms/domain/verify', body: {} });
    await post({ path: '/api/comms/domain', body: { domain: 'example.com' } });
    gateway.fakes.sender.busy = true;
    const busy = await verify();
    expect([busy.status, busy.body.code, busy.headers.get('retry-after')]).toEqual([409, 'domain_busy', '2']);
    gateway.fakes.sender.busy = false;
    expect((await verify()).status).toBe(200);
  });

  it('a 403: the account is granted what it lacked, and tries again', async () => {
    const key = randomUUID();
    const newcomer = await gateway.user({ trust: 'pending' });
    const eventOfTheirs = await gateway.event(newcomer);
    const template = gateway.fakes.template(newcomer.accountId, eventOfTheirs);
    const body = guest({ eventId: eventOfTheirs, commsTemplateId: template.id });
    const ask = (url: string): Promise<Answer> => post({ key, body, token: newcomer.token, url });
    expect((await ask(gateway.service.url)).body.code).toBe('trust_required');
    await gateway.sql(`UPDATE accounts SET trust = 'verified' WHERE id = $1`, [newcomer.accountId]);
    expect((await ask(other.url)).status).toBe(200);
  });

  it('a 5xx: the next attempt need not wait and goes on with the same ids', async () => {
    const key = randomUUID();
    gateway.fakes.refuseSend = new CodedError('unavailable', 'The sender does not answer.');
    expect((await send(key)).status).toBe(503);
    const [before] = await gateway.sql(
      'SELECT seed FROM idempotency_keys WHERE status IS NULL ORDER BY created_at DESC LIMIT 1',
    );
    gateway.fakes.refuseSend = undefined;
    const second = await send(key);
    expect(second.status).toBe(200);
    const rows = await gateway.sql('SELECT seed FROM idempotency_keys WHERE seed = $1 AND status = 200', [
      before?.seed,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('an answer that cannot be stored is not given, and the repetition finds the work done', async () => {
    const key = randomUUID();
    const body = guest();
    const dataSource = gateway.get(DataSource);
    const ask = dataSource.query.bind(dataSource);
    const query = jest.spyOn(dataSource, 'query').mockImplementation((text: string, parameters?: unknown) => {
      if (!text.includes('UPDATE idempotency_keys')) return ask(text, parameters as unknown[]);
      return Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNRESET' }));
    });
    const first = await post({ key, body });
    query.mockRestore();
    expect([first.status, first.body.code]).toEqual([503, 'unavailable']);
    expect(first.headers.get('retry-after')).toBe('30');
    await gateway.sql('UPDATE idempotency_keys SET claimed_until = now()');
    const again = await post({ key, body });
    expect(again.status).toBe(200);
    expect(await sendsOf(again.body.id)).toHaveLength(1);
    const [row] = await gateway.sql<{ count: string }>(
      'SELECT count(*) FROM guests WHERE account_id = $1 AND created_at >= $2',
      [user.accountId, again.body.created],
    );
    expect(Number(row?.count)).toBe(1);
  });

  it('a request without a key: nothing is written for it', async () => {
    const before = await gateway.count('idempotency_keys');
    const claim = jest.spyOn(gateway.get(IdempotencyKeys), 'claim');
    await post({ body: guest() });
    expect(claim).not.toHaveBeenCalled();
    expect(await gateway.count('idempotency_keys')).toBe(before);
    claim.mockRestore();
  });
});

describe('a caller that hangs up', () => {
  it('before the answer finds it when it comes back', async () => {
    const key = randomUUID();
    const hungUp = new AbortController();
    const keys = gateway.get(IdempotencyKeys);
    const settle = jest.spyOn(keys, 'settle').mockImplementationOnce(async (claim, answer) => {
      settle.mockRestore();
      hungUp.abort();
      return keys.settle(claim, answer);
    });
    const first = fetch(`${gateway.service.url}/api/guest`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${user.token}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': key,
      },
      body: JSON.stringify(guest()),
      signal: hungUp.signal,
    });
    await expect(first).rejects.toThrow();
    const again = await eventually(async () => {
      const answer = await post({ key, body: guest() });
      return answer.status === 200 ? answer : undefined;
    });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await sendsOf(again.body.id)).toHaveLength(1);
  });
});
