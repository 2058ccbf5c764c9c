import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sendRequestedV1, type DeadLetterV1 } from '@qflow/contracts';
import { eventually, mergeData, providerEvent, sendRequest } from '@qflow/testing';
import { accept } from './fake-sendgrid.js';
import { SenderHarness } from './sender-harness.js';

let harness: SenderHarness;

beforeAll(async () => {
  harness = await SenderHarness.start();
});
afterAll(() => harness.stop());
afterEach(() => harness.sendgrid.answer(accept));

const mailsOf = (sendId: string) => harness.sendgrid.mails.filter((mail) => mail.sendId === sendId);

describe('a requested send', () => {
  it('is rendered, handed to SendGrid and announced', async () => {
    const request = sendRequest({ correlationId: 'order-123' });
    await harness.request(request);
    await harness.state(request, 'sent');

    const [mail] = mailsOf(request.sendId);
    expect(mail).toMatchObject({
      subject: 'Your ticket for Summer Gala',
      to: 'ada@example.com',
      authorization: 'Bearer SG.test',
    });
    expect(mail?.body).toMatchObject({
      from: { email: 'tickets@example.com', name: 'Tickets' },
      reply_to: { email: 'support@example.com' },
      content: [
        { type: 'text/plain', value: 'Hello Ada, see you at Summer Gala.' },
        { type: 'text/html', value: '<p>Hello Ada, see you at Summer Gala.</p>' },
      ],
      custom_args: { qflow_send_id: request.sendId, qflow_attempt: '1' },
    });
    const [event] = await harness.announced(request.sendId, ['comms.sent']);
    expect(event?.data).toEqual({
      attendeeId: request.attendeeId,
      templateId: request.templateId,
      attendeeInvitationId: request.sendId,
      status: 'sent',
      error: null,
      correlationId: 'order-123',
    });
  });

  it('leaves no personal data behind once it is sent', async () => {
    const request = sendRequest();
    await harness.request(request);
    await harness.state(request, 'sent');
    expect(await harness.query('SELECT FROM open_sends WHERE send_id = $1', [request.sendId])).toEqual([]);
  });

  it('is mailed once, however often and by however many replicas the request is taken', async () => {
    await harness.startReplica();
    const requests = Array.from({ length: 50 }, () => sendRequest());
    await Promise.all(
      requests.flatMap((request) => [1, 2, 3].map((copy) => harness.request(request, `/${copy}`))),
    );
    for (const request of requests) await harness.state(request, 'sent');
    expect(requests.map(({ sendId }) => mailsOf(sendId).length)).toEqual(requests.map(() => 1));
    await harness.stopReplica();
  });

  it('that comes again after it was sent is announced as skipped, once', async () => {
    const request = sendRequest();
    await harness.request(request);
    await harness.announced(request.sendId, ['comms.sent']);
    await harness.request(request, '/again');
    await harness.announced(request.sendId, ['comms.sent', 'comms.skipped']);
    await harness.request(request, '/and again');
    const last = sendRequest();
    await harness.request(last);
    await harness.announced(last.sendId, ['comms.sent']);
    expect((await harness.events(request.sendId)).map(({ type }) => type)).toEqual([
      'comms.sent',
      'comms.skipped',
    ]);
  });

  it('that an operator asks for again leaves no word, where it is known', async () => {
    const [known, lost] = [sendRequest(), sendRequest()];
    await harness.request(known);
    await harness.announced(known.sendId, ['comms.sent']);
    for (const request of [known, lost]) await harness.request({ ...request, republished: true }, '/again');
    await harness.announced(lost.sendId, ['comms.sent']);
    // One replica takes both, in their order.
    expect((await harness.events(known.sendId)).map(({ type }) => type)).toEqual(['comms.sent']);
    expect(await harness.query('SELECT skipped FROM sends WHERE id = $1', [known.sendId])).toEqual([
      { skipped: false },
    ]);
    expect(mailsOf(known.sendId)).toHaveLength(1);
  });

  it('of a version nobody knows is kept on DEAD', async () => {
    await harness.platform.messages.publish(sendRequestedV1.subject, { kind: 'send.requested', version: 7 });
    const letter = await eventually(async () =>
      (await harness.platform.messages.inStream<DeadLetterV1>('DEAD')).find(
        ({ origin }) => origin === 'SENDS',
      ),
    );
    expect(letter.reason).toBe('version 7 of send.requested is unknown, expected 1');
  });
});

describe('SendGrid', () => {
  it('refusing the e-mail is a failure with its reason', async () => {
    harness.sendgrid.answer(
      (_mail, response) => void response.writeHead(400).end('{"errors":[{"message":"Bad from"}]}'),
    );
    const request = sendRequest();
    await harness.request(request);
    const view = await harness.state(request, 'failed');
    expect(view.error).toBe('SendGrid answered 400: Bad from');
    const [event] = await harness.announced(request.sendId, ['comms.failed']);
    expect(event?.data).toMatchObject({ status: 'failed', error: 'SendGrid answered 400: Bad from' });
  });

  it('failing for a moment is tried again until it takes the e-mail', async () => {
    const request = sendRequest();
    harness.sendgrid.answer((mail, response) =>
      mail.attempt === '1' ? void response.writeHead(500).end() : accept(mail, response),
    );
    await harness.request(request);
    await harness.state(request, 'queued');
    await harness.makeDue(request.sendId);
    const view = await harness.state(request, 'sent');
    expect(view.attempts).toBe(2);
    expect(view.timeline.map(({ what }) => what)).toEqual([
      'queued',
      'sending',
      'retryable',
      'sending',
      'accepted',
    ]);
    await harness.announced(request.sendId, ['comms.sent']);
  });

  it('not answering leaves the outcome unknown: nothing is repeated until the grace has ended', async () => {
    const request = sendRequest();
    harness.sendgrid.answer(() => {});
    await harness.request(request);
    await harness.state(request, 'unknown');
    expect(mailsOf(request.sendId)).toHaveLength(1);

    harness.sendgrid.answer(accept);
    await harness.makeDue(request.sendId);
    const view = await harness.state(request, 'sent');
    expect(view.attempts).toBe(2);
    expect(mailsOf(request.sendId).map(({ attempt }) => attempt)).toEqual(['1', '2']);
  });

  it('having taken the e-mail without answering is found out from its reports: the guest gets one e-mail', async () => {
    const request = sendRequest();
    harness.sendgrid.answer(() => {});
    await harness.request(request);
    await harness.state(request, 'unknown');
    harness.sendgrid.answer(accept);
    await harness.report(providerEvent({ sendId: request.sendId, type: 'processed' }));
    await harness.state(request, 'sent');
    await harness.makeDue(request.sendId);
    const later = sendRequest();
    await harness.request(later);
    await harness.state(later, 'sent');
    expect(mailsOf(request.sendId)).toHaveLength(1);
    await harness.announced(request.sendId, ['comms.sent']);
  });

  it('asking to slow down is obeyed', async () => {
    const [first, second] = [sendRequest(), sendRequest()];
    let limited = true;
    harness.sendgrid.answer((mail, response) => {
      if (!limited) return accept(mail, response);
      limited = false;
      response.writeHead(429, { 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 1) }).end();
    });
    await harness.request(first);
    await harness.state(first, 'queued');
    await harness.request(second);
    await harness.state(first, 'sent');
    await harness.state(second, 'sent');
    expect(mailsOf(first.sendId)).toHaveLength(2);
    expect(mailsOf(second.sendId)).toHaveLength(1);
  });
});

describe('a send that waits', () => {
  it('is not failed by a templates service that is broken for a moment', async () => {
    const request = sendRequest();
    harness.templatesAway = true;
    await harness.request(request);
    const view = await harness.state(request, 'queued').then(() =>
      eventually(async () => {
        const waiting = await harness.view(request);
        return waiting?.error ? waiting : null;
      }),
    );
    expect(view.error).toBe('the templates service failed (server_error)');
    harness.templatesAway = false;
    await harness.makeDue(request.sendId);
    await harness.state(request, 'sent');
  });

  it('is dropped when its address is suppressed meanwhile', async () => {
    const merge = mergeData({ email: 'leaving@example.com' });
    const [waiting, other] = [sendRequest({ merge }), sendRequest({ merge })];
    other.accountId = waiting.accountId;
    harness.sendgrid.answer((mail, response) =>
      mail.sendId === waiting.sendId ? void response.writeHead(503).end() : accept(mail, response),
    );
    await harness.request(waiting);
    await eventually(() => mailsOf(waiting.sendId).length);
    await harness.request(other);
    await harness.state(other, 'sent');
    await harness.report(providerEvent({ sendId: other.sendId, type: 'unsubscribed' }));
    await harness.state(other, 'unsubscribed');
    await eventually(async () => {
      await harness.makeDue(waiting.sendId);
      return (await harness.view(waiting))?.status === 'dropped';
    });
    await harness.announced(waiting.sendId, ['comms.dropped']);
  });

  it('for an answer that never came is not repeated for ever: past its age it fails, visibly', async () => {
    const request = sendRequest();
    harness.sendgrid.answer(() => {});
    await harness.request(request);
    await harness.state(request, 'unknown');
    await harness.query(`UPDATE sends SET created_at = now() - interval '2 days' WHERE id = $1`, [
      request.sendId,
    ]);
    await harness.makeDue(request.sendId);
    const view = await harness.state(request, 'failed');
    expect(view.error).toBe('the outcome is unknown, and the provider has not reported anything');
    expect(mailsOf(request.sendId)).toHaveLength(1);
    // What really happened still counts when it becomes known.
    await harness.report(providerEvent({ sendId: request.sendId, type: 'delivered' }));
    await harness.state(request, 'delivered');
    await harness.announced(request.sendId, ['comms.failed', 'comms.sent', 'comms.delivered']);
  });
});

describe('a sender that dies', () => {
  it('between claim and record leaves an unknown outcome, not a second e-mail and not a lost one', async () => {
    const request = sendRequest();
    await harness.query(
      `WITH open AS (INSERT INTO open_sends (send_id, due_at, merge) VALUES ($1, now(), $6))
       INSERT INTO sends (id, account_id, event_id, attendee_id, template_id, template_version, recipient, state, attempt, created_at)
       VALUES ($1, $2, $3, $4, $5, 1, 'ada@example.com', 'sending', 1, now())`,
      [
        request.sendId,
        request.accountId,
        request.eventId,
        request.attendeeId,
        request.templateId,
        JSON.stringify(mergeData()),
      ],
    );
    await harness.state(request, 'unknown');
    // The stream delivers the request again, as it does when its consumer died: still not repeated.
    await harness.request(request);
    const marker = sendRequest();
    await harness.request(marker);
    await harness.state(marker, 'sent');
    expect(mailsOf(request.sendId)).toHaveLength(0);

    await harness.makeDue(request.sendId);
    await harness.state(request, 'sent');
    expect(mailsOf(request.sendId)).toHaveLength(1);
  });

  it('is told to stop: what it has begun is finished, what it has not is left for the next', async () => {
    const requests = Array.from({ length: 300 }, () => sendRequest());
    await Promise.all(requests.map((request) => harness.request(request)));
    await harness.sendgrid.until((mails) =>
      requests.some(({ sendId }) => mails.some((mail) => mail.sendId === sendId)),
    );
    await harness.stopReplica();
    await harness.startReplica();
    for (const request of requests) await harness.state(request, 'sent');
    expect(requests.map(({ sendId }) => mailsOf(sendId).length)).toEqual(requests.map(() => 1));
  });
});

describe('reports of the provider', () => {
  it('move the send and are announced once, however often they come', async () => {
    const request = sendRequest();
    await harness.request(request);
    await harness.state(request, 'sent');
    const delivered = providerEvent({
      sendId: request.sendId,
      type: 'delivered',
      occurredAt: '2026-04-29T10:23:00.000Z',
    });
    const opened = providerEvent({
      sendId: request.sendId,
      type: 'opened',
      machine: true,
      occurredAt: '2026-04-29T10:24:00.000Z',
    });
    await harness.report(delivered);
    await harness.report(delivered, opened, delivered);
    await harness.report(opened);
    await harness.state(request, 'opened');
    const [, event, open] = await harness.announced(request.sendId, [
      'comms.sent',
      'comms.delivered',
      'comms.opened',
    ]);
    expect(event?.createdAt).toBe('2026-04-29T10:23:00.000Z');
    expect(open?.data.machine).toBe(true);
  });

  it('about sends we do not know are kept', async () => {
    const stray = providerEvent({ sendId: randomUUID(), type: 'delivered' });
    await harness.report(stray, providerEvent({ sendId: null, type: 'other' }));
    await eventually(
      async () => (await harness.query('SELECT FROM receipts WHERE id = $1', [stray.id])).length,
    );
  });
});

describe('another account', () => {
  it('sees nothing of a send', async () => {
    const request = sendRequest();
    await harness.request(request);
    await harness.state(request, 'sent');
    expect(await harness.view({ sendId: request.sendId, accountId: randomUUID() })).toBeNull();
  });
});
