import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  findRequestedSends,
  requestSend,
  requestSends,
  type RequestSend,
  type SendResult,
} from '@qflow/contracts';
import { mergeData, sendRequest } from '@qflow/testing';
import { resendOf } from './requests.js';
import { SenderHarness } from './sender-harness.js';

let harness: SenderHarness;

beforeAll(async () => {
  // None of these is about a slow provider, and two hundred e-mails at once can be slow on a busy machine.
  harness = await SenderHarness.start({ PROVIDER_TIMEOUT_MS: '30000' });
});
afterAll(() => harness.stop());

const ask = (requests: RequestSend[]): Promise<SendResult[]> => harness.rpc.ask(requestSends, { requests });

const requestsOf = (count: number, accountId: string = randomUUID()): RequestSend[] =>
  Array.from({ length: count }, () => resendOf(sendRequest({ accountId })));

const idOf = (result: SendResult | undefined): string | null =>
  result && result.is !== 'rejected' ? result.ticket.attendeeInvitationId : null;

describe('several requests at once', () => {
  it('are answered in order, stored and sent', async () => {
    const requests = requestsOf(200);
    const results = await ask(requests);
    expect(results.map(({ is }) => is)).toEqual(requests.map(() => 'created'));
    const rows = await harness.query<{ id: string; attendee_id: string }>(
      'SELECT id, attendee_id FROM sends WHERE account_id = $1',
      [requests[0]?.accountId],
    );
    const attendees = new Map(rows.map(({ id, attendee_id }) => [id, attendee_id]));
    expect(results.map((result) => attendees.get(idOf(result) as string))).toEqual(
      requests.map(({ attendeeId }) => attendeeId),
    );
    for (const result of results)
      await harness.state(
        { accountId: requests[0]?.accountId as string, sendId: idOf(result) as string },
        'sent',
      );
    const mails = new Map<string, number>();
    for (const { sendId } of harness.sendgrid.mails) mails.set(sendId, (mails.get(sendId) ?? 0) + 1);
    expect(results.map((result) => mails.get(idOf(result) as string))).toEqual(requests.map(() => 1));
  });

  it('each follow the matrix, and those that are refused leave the others alone', async () => {
    const accountId = randomUUID();
    const [queued, delivered, bounced] = await Promise.all(
      (['queued', 'delivered', 'bounced'] as const).map((state) => harness.stored({ accountId, state })),
    );
    if (!queued || !delivered || !bounced) throw new Error('not stored');
    const results = await ask([
      resendOf(queued),
      resendOf(bounced),
      resendOf(delivered),
      resendOf(sendRequest({ accountId })),
    ]);
    expect(results).toMatchObject([
      { is: 'existing', ticket: { attendeeInvitationId: queued.sendId, status: 'queued' } },
      {
        is: 'rejected',
        code: 'previous_send_permanently_failed',
        extras: { previous: { attendeeInvitationId: bounced.sendId, status: 'bounced' } },
      },
      { is: 'created', ticket: { status: 'queued' } },
      { is: 'created', ticket: { status: 'queued' } },
    ]);
  });

  it('of the same pair or the same id are one send', async () => {
    const accountId = randomUUID();
    const request = resendOf(sendRequest({ accountId }));
    const requestId = randomUUID();
    const [first, second, named, again, other] = await ask([
      request,
      request,
      resendOf(sendRequest({ accountId }), { requestId }),
      resendOf(sendRequest({ accountId }), { requestId }),
      { ...request, requestId: randomUUID() },
    ]);
    expect([first, second, named, again, other].map((result) => result?.is)).toEqual([
      'created',
      'existing',
      'created',
      'existing',
      'existing',
    ]);
    expect([idOf(second), idOf(again), idOf(other)]).toEqual([idOf(first), idOf(named), idOf(first)]);
  });

  it('are found again by the caller’s ids, also those answered with a send of another request', async () => {
    const accountId = randomUUID();
    const request = { ...resendOf(sendRequest({ accountId })), requestId: randomUUID() };
    const other = { ...request, requestId: randomUUID() };
    const [first] = await ask([request, other]);
    const find = (account: string) =>
      harness.rpc.ask(findRequestedSends, {
        accountId: account,
        requestIds: [request.requestId, randomUUID(), other.requestId],
      });
    const found = await find(accountId);
    expect(found.map(({ requestId }) => requestId).sort()).toEqual(
      [request.requestId, other.requestId].sort(),
    );
    expect(new Set(found.map(({ ticket }) => ticket.attendeeInvitationId))).toEqual(new Set([idOf(first)]));
    expect(await find(randomUUID())).toEqual([]);
  });

  it('repeated with the same ids are what they were', async () => {
    const requests = requestsOf(20).map((request) => ({ ...request, requestId: randomUUID() }));
    const first = await ask(requests);
    const second = await ask(
      requests.map((request) => ({ ...request, requestedAt: new Date().toISOString() })),
    );
    expect(second.map(({ is }) => is)).toEqual(requests.map(() => 'existing'));
    expect(second.map(idOf)).toEqual(first.map(idOf));
  });

  it('to suppressed addresses are refused', async () => {
    const accountId = randomUUID();
    await harness.query(
      `INSERT INTO suppressions (account_id, email, reason, send_id) VALUES ($1, 'gone@example.com', 'bounced', $2)`,
      [accountId, randomUUID()],
    );
    const gone = mergeData({ email: 'Gone@Example.com' });
    const results = await ask([
      resendOf(sendRequest({ accountId }), { merge: gone }),
      resendOf(sendRequest({ accountId })),
    ]);
    expect(results.map(({ is }) => is)).toEqual(['rejected', 'created']);
  });

  it('raced by the same in other orders, and one by one, are one send each, and nobody is locked up', async () => {
    await harness.startReplica();
    const requests = requestsOf(40);
    const orders = [requests, [...requests].reverse(), [...requests.slice(20), ...requests.slice(0, 20)]];
    const [bulk, singles] = await Promise.all([
      Promise.all([...orders, ...orders].map(ask)),
      Promise.all(requests.map((request) => harness.rpc.ask(requestSend, request))),
    ]);
    const ids = new Set([
      ...bulk.flat().map(idOf),
      ...singles.map(({ attendeeInvitationId }) => attendeeInvitationId),
    ]);
    expect(ids.size).toBe(requests.length);
    expect(bulk.flat().every(({ is }) => is !== 'rejected')).toBe(true);
    await harness.stopReplica();
  });

  it('may be none', async () => {
    expect(await ask([])).toEqual([]);
  });
});
