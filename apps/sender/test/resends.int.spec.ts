import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  deleteSuppression,
  requestSend,
  sendStates,
  type RequestSend,
  type SendRequestedV1,
  type SendState,
} from '@qflow/contracts';
import { eventually, mergeData, providerEvent, sendRequest } from '@qflow/testing';
import { resendOf } from './requests.js';
import { SenderHarness } from './sender-harness.js';

let harness: SenderHarness;

beforeAll(async () => {
  harness = await SenderHarness.start();
});
afterAll(() => harness.stop());

const mailsOf = (sendId: string) => harness.sendgrid.mails.filter((mail) => mail.sendId === sendId);
const resend = (request: SendRequestedV1, values: Partial<RequestSend> = {}) =>
  harness.rpc.ask(requestSend, resendOf(request, values));

describe('the newest send of the pair decides', () => {
  const rows: Record<SendState, 'the same' | 'a new one' | 'refused'> = {
    queued: 'the same',
    sending: 'the same',
    unknown: 'the same',
    sent: 'a new one',
    deferred: 'a new one',
    delivered: 'a new one',
    opened: 'a new one',
    clicked: 'a new one',
    failed: 'a new one',
    bounced: 'refused',
    dropped: 'refused',
    spam_reported: 'refused',
    unsubscribed: 'refused',
  };

  it.each(sendStates.map((state) => [state, rows[state]] as const))('%s: %s', async (state, answer) => {
    const earlier = await harness.stored({ state });
    const outcome = resend(earlier);
    if (answer === 'refused')
      return expect(outcome).rejects.toMatchObject({
        code: 'previous_send_permanently_failed',
        extras: { previous: { attendeeInvitationId: earlier.sendId, status: state, at: expect.any(String) } },
      });
    const { attendeeInvitationId: id, status } = await outcome;
    expect([id === earlier.sendId, status]).toEqual(
      answer === 'the same' ? [true, state] : [false, 'queued'],
    );
    return undefined;
  });

  it('and an older one does not', async () => {
    const old = await harness.stored({ state: 'bounced', createdAt: '2026-01-01T00:00:00.000Z' });
    await harness.stored({ ...old, sendId: randomUUID(), state: 'delivered' });
    expect(await resend(old)).toMatchObject({ status: 'queued' });
    const other = await harness.stored({ state: 'delivered', createdAt: '2026-01-01T00:00:00.000Z' });
    await harness.stored({ ...other, sendId: randomUUID(), state: 'bounced' });
    await expect(resend(other)).rejects.toMatchObject({ code: 'previous_send_permanently_failed' });
  });

  it.each<[SendState, 'a new one' | 'refused']>([
    ['bounced', 'a new one'],
    ['dropped', 'a new one'],
    ['spam_reported', 'refused'],
    ['unsubscribed', 'refused'],
  ])('%s, and the attendee’s address was corrected since: %s', async (state, answer) => {
    const earlier = await harness.stored({ state });
    const guest = { ...earlier.merge.guest, email: `corrected-${randomUUID()}@example.com` };
    const outcome = resend(earlier, { merge: { ...earlier.merge, guest } });
    if (answer === 'a new one') expect(await outcome).toMatchObject({ status: 'queued' });
    else await expect(outcome).rejects.toMatchObject({ code: 'previous_send_permanently_failed' });
  });

  it.each<[SendState, 'lifted' | 'subscribed again', 'a new one' | 'refused']>([
    ['bounced', 'lifted', 'a new one'],
    ['dropped', 'lifted', 'a new one'],
    ['spam_reported', 'lifted', 'a new one'],
    ['unsubscribed', 'lifted', 'a new one'],
    ['bounced', 'subscribed again', 'refused'],
    ['dropped', 'subscribed again', 'refused'],
    ['spam_reported', 'subscribed again', 'refused'],
    ['unsubscribed', 'subscribed again', 'a new one'],
  ])('%s, and the address was %s: %s', async (state, since, answer) => {
    const email = `${randomUUID()}@example.com`;
    const earlier = await harness.stored({ state: 'sent', merge: mergeData({ email }) });
    const [ended, later] = [60, 30].map((ago) => new Date(Date.now() - ago * 1000).toISOString());
    const about = { sendId: earlier.sendId, reason: 'Invalid' };
    await harness.report(providerEvent({ ...about, type: state as 'bounced', occurredAt: ended }));
    await harness.state(earlier, state);
    if (since === 'lifted') {
      await harness.rpc.ask(deleteSuppression, { accountId: earlier.accountId, email });
    } else {
      await harness.report(providerEvent({ ...about, type: 'resubscribed', occurredAt: later }));
      await eventually(async () =>
        (await harness.view(earlier))?.timeline.some(({ what }) => what === 'resubscribed'),
      );
    }
    const outcome = resend(earlier);
    if (answer === 'a new one') expect(await outcome).toMatchObject({ status: 'queued' });
    else
      await expect(outcome).rejects.toMatchObject({
        code: 'previous_send_permanently_failed',
        // When it happened, not when it was heard of.
        extras: { previous: { attendeeInvitationId: earlier.sendId, status: state, at: ended } },
      });
  });

  it('and none, another template’s, another attendee’s or another account’s do not', async () => {
    const bounced = await harness.stored({ state: 'bounced' });
    for (const other of [
      sendRequest(),
      { ...bounced, templateId: randomUUID() },
      { ...bounced, attendeeId: randomUUID() },
      { ...bounced, accountId: randomUUID() },
    ])
      expect(await resend(other)).toMatchObject({ status: 'queued' });
  });
});

describe('a resend', () => {
  it('is a new send where there was none, and where the earlier one arrived', async () => {
    const request = sendRequest();
    const first = await resend(request);
    await harness.state({ ...request, sendId: first.attendeeInvitationId }, 'sent');
    const second = await resend(request);
    expect(second).toMatchObject({ status: 'queued' });
    expect(second.attendeeInvitationId).not.toBe(first.attendeeInvitationId);
    await harness.state({ ...request, sendId: second.attendeeInvitationId }, 'sent');
  });

  it.each<[string, SendState | null]>([
    ['where there was none', null],
    ['where the earlier one arrived', 'delivered'],
    ['where the earlier one failed', 'failed'],
  ])('raced by twenty others is one send, %s', async (_where, state) => {
    const request = state === null ? sendRequest() : await harness.stored({ state });
    const tickets = await Promise.all(Array.from({ length: 20 }, () => resend(request)));
    expect(new Set(tickets.map(({ attendeeInvitationId }) => attendeeInvitationId)).size).toBe(1);
    const sendId = tickets[0]?.attendeeInvitationId as string;
    expect(sendId).not.toBe(request.sendId);
    await harness.state({ ...request, sendId }, 'sent');
    expect(mailsOf(sendId)).toHaveLength(1);
  });

  it('raced by others of the same pair but with ids of their own is one send', async () => {
    const request = sendRequest();
    const tickets = await Promise.all(
      Array.from({ length: 20 }, () => resend(request, { requestId: randomUUID() })),
    );
    expect(new Set(tickets.map(({ attendeeInvitationId }) => attendeeInvitationId)).size).toBe(1);
  });

  it('that was answered with a send under way is answered with it again when that has arrived', async () => {
    const queued = await harness.stored({ state: 'queued' });
    const onItsWay = sendRequest();
    const { sendId, templateId } = onItsWay;
    const asked = (request: SendRequestedV1, values: Partial<RequestSend>) => {
      const requestId = randomUUID();
      return () => resend(request, { ...values, requestId });
    };
    const [first, second] = [
      asked(queued, {}),
      asked(onItsWay, { guestSend: { sendId, templateId } }),
    ] as const;
    for (let times = 0; times < 2; times++) {
      expect(await first()).toEqual({ attendeeInvitationId: queued.sendId, status: 'queued' });
      expect(await second()).toEqual({ attendeeInvitationId: sendId, status: 'queued' });
    }
    await harness.query(`UPDATE sends SET state = 'delivered' WHERE id = $1`, [queued.sendId]);
    await harness.request(onItsWay);
    await harness.state(onItsWay, 'sent');
    expect(await first()).toEqual({ attendeeInvitationId: queued.sendId, status: 'delivered' });
    expect(await second()).toEqual({ attendeeInvitationId: sendId, status: 'sent' });
  });

  it('raced across replicas is one send', async () => {
    await harness.startReplica();
    const request = sendRequest();
    const tickets = await Promise.all(Array.from({ length: 20 }, () => resend(request)));
    expect(new Set(tickets.map(({ attendeeInvitationId }) => attendeeInvitationId)).size).toBe(1);
    await harness.stopReplica();
  });

  it('raced where the newest one bounced is refused every time', async () => {
    const request = await harness.stored({ state: 'bounced' });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => resend(request)));
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(await harness.query('SELECT FROM sends WHERE account_id = $1', [request.accountId])).toHaveLength(
      1,
    );
  });

  it('with the same id of the caller answers with the first one, for ever', async () => {
    const request = sendRequest();
    const requestId = randomUUID();
    const first = await resend(request, { requestId });
    await harness.state({ ...request, sendId: first.attendeeInvitationId }, 'sent');
    expect(await resend(request, { requestId })).toEqual({ ...first, status: 'sent' });
    await harness.report(providerEvent({ sendId: first.attendeeInvitationId, type: 'bounced' }));
    await harness.state({ ...request, sendId: first.attendeeInvitationId }, 'bounced');
    expect(await resend(request, { requestId })).toEqual({ ...first, status: 'bounced' });
  });

  it('with one id for twenty different guests at once is one send, and no error', async () => {
    const { accountId } = sendRequest();
    const requestId = randomUUID();
    const tickets = await Promise.all(
      Array.from({ length: 20 }, () => resend(sendRequest({ accountId }), { requestId })),
    );
    expect(new Set(tickets.map(({ attendeeInvitationId }) => attendeeInvitationId)).size).toBe(1);
    // Ids are the account's own: another one may use the same.
    const other = await resend(sendRequest(), { requestId });
    expect(other.attendeeInvitationId).not.toBe(tickets[0]?.attendeeInvitationId);
  });

  it('right after the guest was created waits for the guest’s own send', async () => {
    const request = sendRequest();
    const ticket = await resend(request, {
      guestSend: { sendId: request.sendId, templateId: request.templateId },
    });
    expect(ticket).toEqual({ attendeeInvitationId: request.sendId, status: 'queued' });
    expect(await harness.view(request)).toBeNull();
  });

  it('of another template than the one the guest was created with does not', async () => {
    const request = sendRequest();
    const ticket = await resend(request, { guestSend: { sendId: request.sendId, templateId: randomUUID() } });
    expect(ticket.attendeeInvitationId).not.toBe(request.sendId);
  });
});

describe('a suppressed address', () => {
  it.each(['bounced', 'dropped', 'spam_reported', 'unsubscribed'] as const)(
    'is refused after %s, whatever the pair',
    async (type) => {
      const email = `${type}@example.com`;
      const request = sendRequest({ merge: mergeData({ email }) });
      await harness.request(request);
      await harness.state(request, 'sent');
      await harness.report(providerEvent({ sendId: request.sendId, type, reason: 'Invalid' }));
      await harness.state(request, type);
      const previous = { attendeeInvitationId: request.sendId, status: type };
      const refusal = { code: 'previous_send_permanently_failed', extras: { previous } };
      await expect(resend(request)).rejects.toMatchObject(refusal);
      // Whatever the template or the letter case.
      const merge = mergeData({ email: email.toUpperCase() });
      await expect(resend(sendRequest({ accountId: request.accountId }), { merge })).rejects.toMatchObject(
        refusal,
      );
      // Whatever became of the newest send of its own pair.
      for (const state of ['delivered', 'failed', 'queued'] as const) {
        const earlier = await harness.stored({ accountId: request.accountId, merge, state });
        await expect(resend(earlier, { merge })).rejects.toMatchObject(refusal);
      }
      // Another account is not affected.
      expect(await resend(sendRequest(), { merge: mergeData({ email }) })).toMatchObject({
        status: 'queued',
      });
    },
  );

  it('of a new guest gets nothing: the send is dropped and says why', async () => {
    const merge = mergeData({ email: 'gone@example.com' });
    const first = sendRequest({ merge });
    await harness.request(first);
    await harness.state(first, 'sent');
    await harness.report(providerEvent({ sendId: first.sendId, type: 'bounced', reason: '550' }));
    await harness.state(first, 'bounced');
    const second = sendRequest({ accountId: first.accountId, merge });
    await harness.request(second);
    const { timeline } = await harness.state(second, 'dropped');
    const error = 'the address is on the suppression list (bounced)';
    const [event] = await harness.announced(second.sendId, ['comms.dropped']);
    expect(event?.data.error).toBe(error);
    expect(timeline.map(({ source, what, detail }) => [source, what, detail])).toEqual([
      ['send', 'queued', null],
      ['send', 'dropped', error],
    ]);
    expect(mailsOf(second.sendId)).toHaveLength(0);
  });
});
