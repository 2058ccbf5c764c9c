import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sendTestCopy, type CommsEventMessage, type CommsEventV1 } from '@qflow/contracts';
import { eventually, mergeData, providerEvent, sendRequest } from '@qflow/testing';
import { accept } from './fake-sendgrid.js';
import { SenderHarness } from './sender-harness.js';

let harness: SenderHarness;

beforeAll(async () => {
  harness = await SenderHarness.start();
});
afterAll(() => harness.stop());
afterEach(() => harness.sendgrid.answer(accept));

const openedBy = { ip: '198.51.100.7', useragent: 'Mozilla/5.0 (Macintosh)' };

/** What every event of an ordinary e-mail tells of it. */
const known = (send: { eventId: string }, values: Partial<CommsEventMessage> = {}): CommsEventMessage => ({
  eventId: send.eventId,
  to: 'ada@example.com',
  subject: 'Your ticket for Summer Gala',
  from: 'tickets@example.com',
  providerMessageId: 'm1',
  reason: null,
  bounceType: null,
  ip: null,
  userAgent: null,
  ...values,
});

const messages = (events: readonly CommsEventV1[]) => events.map(({ message }) => message);

describe('a customer event tells of its e-mail', () => {
  it('what was handed to the provider, from the first event on', async () => {
    const send = sendRequest();
    await harness.request(send);
    const [sent] = await harness.announced(send.sendId, ['comms.sent']);
    expect(sent?.message).toEqual(known(send));
    await harness.report(providerEvent({ sendId: send.sendId, type: 'delivered', raw: openedBy }));
    const events = await harness.announced(send.sendId, ['comms.sent', 'comms.delivered']);
    // The address in a delivery report is the sending server's.
    expect(events[1]?.message).toEqual(known(send));
  });

  it('who opened and clicked, as the provider saw it', async () => {
    const send = sendRequest();
    await harness.request(send);
    await harness.state(send, 'sent');
    const url = 'https://example.com/';
    await harness.report(
      providerEvent({ sendId: send.sendId, type: 'opened', raw: openedBy }),
      providerEvent({ sendId: send.sendId, type: 'clicked', url, raw: { ip: 'unknown', useragent: 7 } }),
    );
    const [, opened, clicked] = await harness.announced(send.sendId, [
      'comms.sent',
      'comms.opened',
      'comms.clicked',
    ]);
    expect(opened?.message).toEqual(known(send, { ip: openedBy.ip, userAgent: openedBy.useragent }));
    expect(clicked?.message).toEqual(known(send));
    expect(JSON.stringify(clicked?.data)).toBe(
      JSON.stringify({
        attendeeId: send.attendeeId,
        templateId: send.templateId,
        attendeeInvitationId: send.sendId,
        status: 'clicked',
        error: null,
        correlationId: null,
        machine: false,
        url,
      }),
    );
  });

  it('why it did not arrive, and whether that is for good', async () => {
    const send = sendRequest();
    await harness.request(send);
    await harness.state(send, 'sent');
    const at = Date.now() + 60_000;
    await harness.report(
      ...(['deferred', 'blocked', 'dropped', 'bounced'] as const).map((type, index) =>
        providerEvent({
          sendId: send.sendId,
          type,
          reason: `because ${index}`,
          occurredAt: new Date(at + index * 1_000).toISOString(),
        }),
      ),
    );
    const events = await harness.announced(send.sendId, [
      'comms.sent',
      'comms.deferred',
      'comms.failed',
      'comms.dropped',
      'comms.bounced',
    ]);
    expect(messages(events)).toEqual([
      known(send),
      known(send, { reason: 'because 0' }),
      known(send, { reason: 'because 1', bounceType: 'soft' }),
      known(send, { reason: 'because 2' }),
      known(send, { reason: 'because 3', bounceType: 'hard' }),
    ]);
    expect(events.map(({ data }) => data.error)).toEqual([null, null, 'because 1', 'because 2', null]);
  });

  it('nothing of a bounce with the "sent" that the bounce proves', async () => {
    const send = await harness.stored({ state: 'unknown' });
    await harness.report(providerEvent({ sendId: send.sendId, type: 'bounced', reason: '550' }));
    const events = await harness.announced(send.sendId, ['comms.sent', 'comms.bounced']);
    const unsent = { subject: null, from: null, providerMessageId: null };
    expect(messages(events)).toEqual([
      known(send, unsent),
      known(send, { ...unsent, reason: '550', bounceType: 'hard' }),
    ]);
  });

  it('also where no answer to the request ever came', async () => {
    const send = sendRequest();
    harness.sendgrid.answer(() => {});
    await harness.request(send);
    await harness.state(send, 'unknown');
    await harness.report(providerEvent({ sendId: send.sendId, type: 'delivered' }));
    const events = await harness.announced(send.sendId, ['comms.sent', 'comms.delivered']);
    const expected = known(send, { providerMessageId: null });
    expect(messages(events)).toEqual([expected, expected]);
  });

  it('also where reports are faster than the answer to the request', async () => {
    const send = sendRequest();
    const answers: (() => void)[] = [];
    harness.sendgrid.answer((mail, response) => void answers.push(() => accept(mail, response)));
    await harness.request(send);
    await harness.sendgrid.until((mails) => mails.some(({ sendId }) => sendId === send.sendId));
    await harness.report(providerEvent({ sendId: send.sendId, type: 'delivered' }));
    await harness.announced(send.sendId, ['comms.sent', 'comms.delivered']);
    answers.forEach((answer) => answer());
    await eventually(async () => {
      const [row] = await harness.query<{ subject: string | null }>(
        'SELECT subject FROM sends WHERE id = $1',
        [send.sendId],
      );
      return row?.subject;
    });
    await harness.report(providerEvent({ sendId: send.sendId, type: 'opened' }));
    const events = await harness.announced(send.sendId, ['comms.sent', 'comms.delivered', 'comms.opened']);
    expect(events[2]?.message).toEqual(known(send));
  });

  it('what the provider refused', async () => {
    const send = sendRequest();
    harness.sendgrid.answer(
      (_mail, response) => void response.writeHead(400).end('{"errors":[{"message":"Bad address"}]}'),
    );
    await harness.request(send);
    const [failed] = await harness.announced(send.sendId, ['comms.failed']);
    expect(failed?.message).toEqual(known(send, { providerMessageId: null }));
  });

  it('whom it was for, where it was never handed over', async () => {
    const send = sendRequest();
    await harness.query(
      `INSERT INTO suppressions (account_id, email, reason, send_id) VALUES ($1, 'ada@example.com', 'bounced', $2)`,
      [send.accountId, randomUUID()],
    );
    await harness.request(send);
    const [dropped] = await harness.announced(send.sendId, ['comms.dropped']);
    expect(dropped?.message).toEqual(known(send, { subject: null, from: null, providerMessageId: null }));
  });

  it('when it is asked for again', async () => {
    const send = sendRequest();
    await harness.request(send);
    await harness.announced(send.sendId, ['comms.sent']);
    await harness.request(send, '/again');
    const events = await harness.announced(send.sendId, ['comms.sent', 'comms.skipped']);
    expect(messages(events)).toEqual([known(send), known(send)]);
  });

  it('of a test copy, which has no attendee', async () => {
    const copy = {
      accountId: randomUUID(),
      requestId: null,
      eventId: randomUUID(),
      templateId: randomUUID(),
      templateVersion: 1,
      recipient: 'Author@example.com',
      merge: mergeData({ email: 'sample@example.com' }),
    };
    const { attendeeInvitationId: sendId } = await harness.rpc.ask(sendTestCopy, copy);
    const [sent] = await harness.announced(sendId, ['comms.sent']);
    expect(sent?.data.attendeeId).toBeNull();
    expect(sent?.message).toEqual(known(copy, { to: 'Author@example.com' }));
  });

  it('no more of a subject, a reason or an agent than is reasonable, and no half characters', async () => {
    const title = '🎟'.repeat(2_000);
    const send = sendRequest({ merge: mergeData({}, { title }) });
    await harness.request(send);
    await harness.state(send, 'sent');
    await harness.report(
      providerEvent({ sendId: send.sendId, type: 'deferred', reason: `x${title}` }),
      providerEvent({ sendId: send.sendId, type: 'opened', raw: { useragent: `x${title}` } }),
    );
    const [, deferred, opened] = await harness.announced(send.sendId, [
      'comms.sent',
      'comms.deferred',
      'comms.opened',
    ]);
    expect(deferred?.message?.subject).toBe(`Your ticket for ${'🎟'.repeat(491)}`);
    expect(deferred?.message?.reason).toBe(`x${'🎟'.repeat(499)}`);
    expect(opened?.message?.userAgent).toBe(`x${'🎟'.repeat(499)}`);
  });
});
