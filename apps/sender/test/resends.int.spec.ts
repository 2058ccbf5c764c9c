import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requestSend, type RequestSend, type SendRequestedV1 } from '@qflow/contracts';
import { mergeData, providerEvent, sendRequest } from '@qflow/testing';
import { SenderHarness } from './sender-harness.js';

let harness: SenderHarness;

beforeAll(async () => {
  harness = await SenderHarness.start();
});
afterAll(() => harness.stop());

const mailsOf = (sendId: string) => harness.sendgrid.mails.filter((mail) => mail.sendId === sendId);

describe('a resend', () => {
  const resend = (request: SendRequestedV1, values: Partial<RequestSend> = {}) =>
    harness.rpc.ask(requestSend, {
      accountId: request.accountId,
      requestId: null,
      eventId: request.eventId,
      attendeeId: request.attendeeId,
      templateId: request.templateId,
      templateVersion: 1,
      correlationId: null,
      merge: mergeData(),
      requestedAt: new Date().toISOString(),
      guestSend: null,
      ...values,
    });

  it('is a new send where there was none, and where the earlier one arrived or failed', async () => {
    const request = sendRequest();
    const first = await resend(request);
    await harness.state({ ...request, sendId: first.attendeeInvitationId }, 'sent');
    const second = await resend(request);
    expect(second).toMatchObject({ status: 'queued' });
    expect(second.attendeeInvitationId).not.toBe(first.attendeeInvitationId);
    await harness.state({ ...request, sendId: second.attendeeInvitationId }, 'sent');
  });

  it('raced by twenty others is one send', async () => {
    const request = sendRequest();
    const tickets = await Promise.all(Array.from({ length: 20 }, () => resend(request)));
    expect(new Set(tickets.map(({ attendeeInvitationId }) => attendeeInvitationId)).size).toBe(1);
    const sendId = tickets[0]?.attendeeInvitationId as string;
    await harness.state({ ...request, sendId }, 'sent');
    expect(mailsOf(sendId)).toHaveLength(1);
  });

  it('with the same id of the caller answers with the first one, for ever', async () => {
    const request = sendRequest();
    const requestId = randomUUID();
    const first = await resend(request, { requestId });
    await harness.state({ ...request, sendId: first.attendeeInvitationId }, 'sent');
    expect(await resend(request, { requestId })).toEqual({ ...first, status: 'sent' });
  });

  it('right after the guest was created waits for the guest’s own send', async () => {
    const request = sendRequest();
    const ticket = await resend(request, {
      guestSend: { sendId: request.sendId, templateId: request.templateId },
    });
    expect(ticket).toEqual({ attendeeInvitationId: request.sendId, status: 'queued' });
    expect(await harness.view(request)).toBeNull();
  });

  it.each(['bounced', 'dropped', 'spam_reported', 'unsubscribed'] as const)(
    'after %s is refused',
    async (type) => {
      const email = `${type}@example.com`;
      const request = sendRequest({ merge: mergeData({ email }) });
      await harness.request(request);
      await harness.state(request, 'sent');
      await harness.report(providerEvent({ sendId: request.sendId, type, reason: 'Invalid' }));
      await harness.state(request, type);
      await expect(resend(request)).rejects.toMatchObject({
        code: 'previous_send_permanently_failed',
        extras: { previous: { attendeeInvitationId: request.sendId, status: type } },
      });
      // The address is on the account's suppression list now, whatever the template or the letter case.
      await expect(
        resend(sendRequest({ accountId: request.accountId }), {
          merge: mergeData({ email: email.toUpperCase() }),
        }),
      ).rejects.toMatchObject({ code: 'previous_send_permanently_failed' });
      // Another account is not affected.
      expect(await resend(sendRequest(), { merge: mergeData({ email }) })).toMatchObject({
        status: 'queued',
      });
    },
  );

  it('to a suppressed address through a new guest is dropped and says why', async () => {
    const merge = mergeData({ email: 'gone@example.com' });
    const first = sendRequest({ merge });
    await harness.request(first);
    await harness.state(first, 'sent');
    await harness.report(providerEvent({ sendId: first.sendId, type: 'bounced', reason: '550' }));
    await harness.state(first, 'bounced');
    const second = sendRequest({ accountId: first.accountId, merge });
    await harness.request(second);
    await harness.state(second, 'dropped');
    const [event] = await harness.announced(second.sendId, ['comms.dropped']);
    expect(event?.data.error).toBe('the address is on the suppression list (bounced)');
    expect(mailsOf(second.sendId)).toHaveLength(0);
  });
});
