import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SendRequestedV1 } from '@qflow/contracts';
import { eventually, sendRequest } from '@qflow/testing';
import { failuresToClose } from '../src/provider/provider-circuit.js';
import { accept, type Mail } from './fake-sendgrid.js';
import { SenderHarness } from './sender-harness.js';

let harness: SenderHarness;

beforeAll(async () => {
  // A machine that is busy is not to be taken for a provider that does not answer.
  harness = await SenderHarness.start({ PROVIDER_TIMEOUT_MS: '30000' });
});
afterAll(() => harness.stop());
afterEach(async () => {
  harness.sendgrid.answer(accept);
  await harness.allOpen();
});

const slowDown = (seconds: number) => (_mail: Mail, response: ServerResponse) =>
  void response.writeHead(429, { 'retry-after': String(seconds) }).end();

const fail = (_mail: Mail, response: ServerResponse): void => void response.writeHead(503).end();

async function requested(count: number): Promise<SendRequestedV1[]> {
  const requests = Array.from({ length: count }, () => sendRequest());
  await Promise.all(requests.map((request) => harness.request(request)));
  return requests;
}

const degraded = (): Promise<unknown> =>
  eventually(async () => (await harness.sending()).status === 'degraded');

/** Requests that are on the stream and not in the table. */
const onStream = async (): Promise<number> =>
  (await harness.platform.messages.inStream<SendRequestedV1>('SENDS')).length;

/** Resolves once all of them are sent, with how many attempts each of them took. */
const attemptsOf = (requests: readonly SendRequestedV1[]): Promise<number[]> =>
  eventually(async () => {
    const rows = await harness.query<{ attempt: number }>(
      `SELECT attempt FROM sends WHERE id = ANY($1::uuid[]) AND state = 'sent'`,
      [requests.map(({ sendId }) => sendId)],
    );
    return rows.length === requests.length ? rows.map(({ attempt }) => attempt) : null;
  });

const mailsOf = (requests: readonly SendRequestedV1[]): Mail[] =>
  harness.sendgrid.mails.filter(({ sendId }) => requests.some((request) => request.sendId === sendId));

describe('a provider that asks to slow down', () => {
  it('is waited for: requests stay on the stream, no attempt is used up, and all goes on by itself', async () => {
    harness.sendgrid.answer(slowDown(5));
    const first = await requested(1);
    await degraded();
    const waiting = await requested(50);

    expect(await harness.sending()).toMatchObject({
      status: 'degraded',
      providers: {
        sendgrid: {
          state: 'paused',
          because: 'rate_limited',
          error: expect.stringContaining('SendGrid answered 429'),
          since: expect.stringMatching(/Z$/),
          until: expect.stringMatching(/Z$/),
        },
      },
      pullsAgainAt: expect.stringMatching(/Z$/),
      note: expect.stringContaining('goes on by itself'),
    });
    expect(await harness.metric('qflow_provider_paused_seconds{provider="sendgrid"}')).toBeGreaterThan(0);
    expect(await harness.metric('qflow_sending_held')).toBe(1);
    expect(await onStream()).toBe(50);
    expect(harness.sendgrid.mails.filter((mail) => mailsOf(waiting).includes(mail))).toEqual([]);

    harness.sendgrid.answer(accept);
    expect(await attemptsOf(waiting)).toEqual(waiting.map(() => 1));
    expect(await attemptsOf(first)).toEqual([2]);
    await harness.allOpen();
    expect(await harness.metric('qflow_sending_held')).toBe(0);
  });

  it('costs what was on its way one attempt, and what was claimed and not begun none', async () => {
    let asked = 0;
    harness.sendgrid.answer((mail, response) => (asked++ < 10 ? accept : slowDown(2))(mail, response));
    const requests = await requested(200);
    await degraded();
    harness.sendgrid.answer(accept);
    const attempts = await attemptsOf(requests);
    // PROVIDER_CONCURRENCY is 64.
    expect(attempts.filter((count) => count > 1).length).toBeLessThanOrEqual(64);
    expect(Math.max(...attempts)).toBeLessThanOrEqual(2);
    expect(mailsOf(requests)).toHaveLength(attempts.reduce((sum, count) => sum + count, 0));
  });

  it('is asked again by a sender that is started meanwhile, and nothing is lost', async () => {
    harness.sendgrid.answer(slowDown(3));
    const before = await requested(1);
    await degraded();
    const waiting = await requested(20);
    await harness.stopReplica();
    await harness.startReplica();
    await degraded();
    harness.sendgrid.answer(accept);
    await attemptsOf(before);
    const attempts = await attemptsOf(waiting);
    expect(attempts.every((count) => count >= 1 && count <= 2)).toBe(true);
    expect(mailsOf(waiting)).toHaveLength(attempts.reduce((sum, count) => sum + count, 0));
  });
});

describe('the only provider being down', () => {
  it('holds the stream; single e-mails find out when it is back, and then all go', async () => {
    harness.sendgrid.answer(fail);
    const burnt = await requested(failuresToClose);
    await degraded();
    let release = (): void => undefined;
    harness.sendgrid.answer((mail, response) => void (release = () => fail(mail, response)));
    const seen = harness.sendgrid.mails.length;
    await harness.sendgrid.until((mails) => mails.length > seen);

    const waiting = await requested(300);
    expect((await harness.sending()).providers.sendgrid).toMatchObject({ state: 'down', trial: 'under way' });
    expect(await onStream()).toBe(300);
    expect(harness.sendgrid.mails.length).toBe(seen + 1);

    harness.sendgrid.answer(accept);
    release();
    await attemptsOf(burnt);
    expect(await attemptsOf(waiting)).toEqual(waiting.map(() => 1));
  });

  it('is told from one that refuses our key', async () => {
    harness.sendgrid.answer(
      (_mail, response) =>
        void response
          .writeHead(401, { 'retry-after': '1' })
          .end('{"errors":[{"message":"The provided authorization grant is invalid, expired, or revoked"}]}'),
    );
    const requests = await requested(failuresToClose);
    await degraded();
    expect(await harness.sending()).toMatchObject({
      providers: {
        sendgrid: {
          state: 'down',
          because: 'misconfigured',
          error: expect.stringContaining('authorization grant is invalid'),
        },
      },
    });
    harness.sendgrid.answer(accept);
    await attemptsOf(requests);
  });

  it('is found out with an e-mail from the stream where the table has none', async () => {
    harness.sendgrid.answer(fail);
    const burnt = await requested(failuresToClose);
    await degraded();
    await harness.query(
      `WITH closed AS (DELETE FROM open_sends WHERE send_id = ANY($1::uuid[]))
       UPDATE sends SET state = 'failed' WHERE id = ANY($1::uuid[])`,
      [burnt.map(({ sendId }) => sendId)],
    );
    harness.sendgrid.answer(accept);
    const waiting = await requested(20);
    expect(await attemptsOf(waiting)).toEqual(waiting.map(() => 1));
  });

  it('is found out by each of two replicas, and every guest gets one e-mail', async () => {
    await harness.startReplica();
    harness.sendgrid.answer(fail);
    const requests = await requested(100);
    await degraded();
    await requested(100).then((more) => requests.push(...more));
    harness.sendgrid.answer(accept);
    await attemptsOf(requests);
    const [row] = await harness.query<{ count: number }>(
      `SELECT count(*)::int FROM attempts WHERE outcome = 'accepted' AND send_id = ANY($1::uuid[])`,
      [requests.map(({ sendId }) => sendId)],
    );
    expect(row?.count).toBe(requests.length);
    await harness.stopReplica();
  });
});
