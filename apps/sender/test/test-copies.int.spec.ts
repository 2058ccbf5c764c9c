import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requestSend, sendTestCopy, type SendTestCopy, type SendTicket } from '@qflow/contracts';
import { mergeData, providerEvent, sendRequest } from '@qflow/testing';
import { resendOf } from './requests.js';
import { SenderHarness } from './sender-harness.js';

let harness: SenderHarness;

beforeAll(async () => {
  harness = await SenderHarness.start();
});
afterAll(() => harness.stop());

const copy = (values: Partial<SendTestCopy> = {}): SendTestCopy => ({
  accountId: randomUUID(),
  requestId: null,
  eventId: randomUUID(),
  templateId: randomUUID(),
  templateVersion: 1,
  recipient: 'author@example.com',
  merge: mergeData({ email: 'sample@example.com' }),
  ...values,
});

const ask = (values: SendTestCopy): Promise<SendTicket> => harness.rpc.ask(sendTestCopy, values);

describe('a test copy', () => {
  it('goes to its author, is announced without an attendee and has a history', async () => {
    const request = copy();
    const { attendeeInvitationId: sendId, status } = await ask(request);
    expect(status).toBe('queued');
    await harness.state({ accountId: request.accountId, sendId }, 'sent');
    const mails = harness.sendgrid.mails.filter((mail) => mail.sendId === sendId);
    expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
      ['author@example.com', 'Your ticket for Summer Gala'],
    ]);
    await harness.report(providerEvent({ sendId, type: 'delivered' }));
    const view = await harness.state({ accountId: request.accountId, sendId }, 'delivered');
    expect(view).toMatchObject({ attendeeId: null, templateId: request.templateId });
    expect(view.timeline.map(({ what }) => what)).toEqual(['queued', 'sending', 'accepted', 'delivered']);
    const events = await harness.announced(sendId, ['comms.sent', 'comms.delivered']);
    expect(events[0]?.data).toMatchObject({ attendeeId: null, templateId: request.templateId });
  });

  it('is sent each time it is asked for, but once for the same id', async () => {
    const request = copy();
    const [first, second] = [await ask(request), await ask(request)];
    expect(first.attendeeInvitationId).not.toBe(second.attendeeInvitationId);
    const named = copy({ requestId: randomUUID() });
    const tickets = await Promise.all(Array.from({ length: 20 }, () => ask(named)));
    expect(new Set(tickets.map(({ attendeeInvitationId }) => attendeeInvitationId)).size).toBe(1);
    const sendId = tickets[0]?.attendeeInvitationId as string;
    await harness.state({ accountId: named.accountId, sendId }, 'sent');
    expect(await ask(named)).toEqual({ attendeeInvitationId: sendId, status: 'sent' });
    expect(harness.sendgrid.mails.filter((mail) => mail.sendId === sendId)).toHaveLength(1);
  });

  it('is refused where the author is on the suppression list', async () => {
    const request = copy({ recipient: 'Author@Gone.example' });
    const sendId = randomUUID();
    await harness.query(
      `INSERT INTO suppressions (account_id, email, reason, send_id) VALUES ($1, 'author@gone.example', 'bounced', $2)`,
      [request.accountId, sendId],
    );
    await expect(ask(request)).rejects.toMatchObject({
      code: 'previous_send_permanently_failed',
      extras: { previous: { attendeeInvitationId: sendId, status: 'bounced' } },
    });
    expect(await harness.query('SELECT FROM sends WHERE account_id = $1', [request.accountId])).toEqual([]);
  });

  it('means nothing to the sends of guests', async () => {
    const request = copy();
    const { attendeeInvitationId: sendId } = await ask(request);
    await harness.query(
      `WITH closed AS (DELETE FROM open_sends WHERE send_id = $1) UPDATE sends SET state = 'bounced' WHERE id = $1`,
      [sendId],
    );
    const { accountId, templateId } = request;
    const resend = resendOf(sendRequest({ accountId, templateId }));
    expect(await harness.rpc.ask(requestSend, resend)).toMatchObject({ status: 'queued' });
  });

  it('survives a sender that dies right after storing it', async () => {
    const request = copy();
    const { attendeeInvitationId: sendId } = await ask(request);
    await harness.stopReplica();
    await harness.startReplica();
    await harness.state({ accountId: request.accountId, sendId }, 'sent');
    expect(harness.sendgrid.mails.filter((mail) => mail.sendId === sendId)).toHaveLength(1);
  });
});
