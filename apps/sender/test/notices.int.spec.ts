import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { noticeMailV1, type CommsEventV1, type DeadLetterV1, type NoticeMailV1 } from '@qflow/contracts';
import { eventually, providerEvent, sendRequest } from '@qflow/testing';
import { v7 as uuidv7 } from 'uuid';
import { accept, type Mail } from './fake-sendgrid.js';
import { SenderHarness } from './sender-harness.js';

interface Row {
  state: string;
  attempt: number;
  error: string | null;
  subject: string | null;
  text: string | null;
  html: string | null;
}

let harness: SenderHarness;

beforeAll(async () => {
  harness = await SenderHarness.start({
    PLATFORM_FROM_ADDRESS: 'mail@platform.example',
    PLATFORM_FROM_NAME: 'Qflow Comms',
  });
});
afterAll(() => harness.stop());
afterEach(() => harness.sendgrid.answer(accept));

const noticeMail = (values: Partial<NoticeMailV1> = {}): NoticeMailV1 => ({
  kind: 'notice.mail',
  version: 1,
  id: uuidv7(),
  accountId: randomUUID(),
  to: 'ada@example.com',
  subject: 'Your webhook to hooks.example.com was disabled',
  text: 'Hello',
  html: '<p>Hello</p>',
  ...values,
});

/** @param copy distinguishes repeats, which the stream itself would drop inside its duplicate window */
const publish = (notice: NoticeMailV1, copy = '', on = harness): Promise<void> =>
  on.platform.messages.publish(noticeMailV1.subject, notice, `notice:${notice.id}${copy}`);

const rowOf = async (id: string, on = harness): Promise<Row | undefined> =>
  (await on.query<Row>('SELECT * FROM notices WHERE id = $1', [id]))[0];

const inState = (id: string, state: string, on = harness): Promise<Row> =>
  eventually(async () => {
    const row = await rowOf(id, on);
    return row?.state === state ? row : null;
  });

const mailsOf = (id: string): Mail[] => harness.sendgrid.mails.filter(({ sendId }) => sendId === id);

/** A notice whose process died while it handed it over. */
async function lapsed(on = harness): Promise<string> {
  const id = uuidv7();
  await on.query(
    `INSERT INTO notices (id, account_id, recipient, subject, text, html, state, attempt, due_at)
     VALUES ($1, $1, 'ada@example.com', 's', 't', 'h', 'sending', 1, now() - interval '1 second')`,
    [id],
  );
  return id;
}

/** Resolves once everything that was due before has been looked at: two runs have begun since. */
async function lookedThrough(on = harness): Promise<void> {
  for (const _ of [1, 2]) await inState(await lapsed(on), 'unknown', on);
}

describe('a notice', () => {
  it('is mailed from the address of the platform', async () => {
    const notice = noticeMail();
    await publish(notice);
    const row = await inState(notice.id, 'sent');
    expect(mailsOf(notice.id)).toMatchObject([
      {
        to: 'ada@example.com',
        subject: notice.subject,
        body: {
          from: { email: 'mail@platform.example', name: 'Qflow Comms' },
          content: [
            { type: 'text/plain', value: 'Hello' },
            { type: 'text/html', value: '<p>Hello</p>' },
          ],
        },
      },
    ]);
    // What it said is of no use any more.
    expect(row).toMatchObject({ attempt: 1, error: null, subject: null, text: null, html: null });
  });

  it('is mailed once, however often and by however many replicas it is taken', async () => {
    await harness.startReplica();
    const notices = Array.from({ length: 20 }, () => noticeMail());
    await Promise.all(notices.flatMap((notice) => ['/1', '/2', '/3'].map((copy) => publish(notice, copy))));
    for (const { id } of notices) await inState(id, 'sent');
    await Promise.all(notices.map((notice) => publish(notice, '/later')));
    await lookedThrough();
    expect(notices.map(({ id }) => mailsOf(id).length)).toEqual(notices.map(() => 1));
    await harness.stopReplica();
  });

  it('goes to a user whose address the account may not send to', async () => {
    const notice = noticeMail({ to: 'bounced@example.com' });
    await harness.query(
      `INSERT INTO suppressions (account_id, email, reason, send_id) VALUES ($1, $2, 'bounced', $3)`,
      [notice.accountId, notice.to, randomUUID()],
    );
    await publish(notice);
    await inState(notice.id, 'sent');
    expect(mailsOf(notice.id)).toHaveLength(1);
  });

  it('is no send: what SendGrid reports of it is kept, and moves and announces nothing', async () => {
    const notice = noticeMail();
    await publish(notice);
    await inState(notice.id, 'sent');
    for (const type of ['delivered', 'bounced', 'spam_reported', 'unsubscribed'] as const)
      await harness.report(providerEvent({ sendId: notice.id, type }));
    await eventually(async () => {
      const receipts = await harness.query('SELECT FROM receipts WHERE send_id = $1', [notice.id]);
      return receipts.length === 4;
    });
    expect(await harness.query('SELECT FROM suppressions WHERE account_id = $1', [notice.accountId])).toEqual(
      [],
    );
    const events = await harness.platform.messages.inStream<CommsEventV1>('EVENTS');
    expect(events.filter(({ accountId }) => accountId === notice.accountId)).toEqual([]);
  });
});

describe('SendGrid', () => {
  it('refusing a notice is the end of it', async () => {
    harness.sendgrid.answer(
      (_mail, response) => void response.writeHead(400).end('{"errors":[{"message":"Bad address"}]}'),
    );
    const notice = noticeMail();
    await publish(notice);
    const row = await inState(notice.id, 'failed');
    expect(row).toMatchObject({ error: 'SendGrid answered 400: Bad address', html: null });
    await publish(notice, '/again');
    await lookedThrough();
    expect(mailsOf(notice.id)).toHaveLength(1);
  });

  it('failing for a moment is tried again', async () => {
    harness.sendgrid.answer((mail, response) =>
      mail.attempt === '1' ? void response.writeHead(500).end() : accept(mail, response),
    );
    const notice = noticeMail();
    await publish(notice);
    await eventually(async () => (await rowOf(notice.id))?.error);
    await harness.query('UPDATE notices SET due_at = now() WHERE id = $1 AND due_at IS NOT NULL', [
      notice.id,
    ]);
    expect(await inState(notice.id, 'sent')).toMatchObject({ attempt: 2, error: null });
  });

  it('failing for too long is given up', async () => {
    harness.sendgrid.answer((_mail, response) => void response.writeHead(500).end());
    const id = uuidv7();
    await harness.query(
      `INSERT INTO notices (id, account_id, recipient, subject, text, html, created_at)
       VALUES ($1, $1, 'ada@example.com', 's', 't', 'h', now() - interval '2 days')`,
      [id],
    );
    const { error } = await inState(id, 'failed');
    expect(error).toMatch(/^gave up after 1 attempts: SendGrid answered 500/);
  });

  it('not answering leaves it unknown, and it is not repeated', async () => {
    harness.sendgrid.answer((_mail, response) => void response.socket?.destroy());
    const notice = noticeMail();
    await publish(notice);
    await inState(notice.id, 'unknown');
    harness.sendgrid.answer(accept);
    await publish(notice, '/again');
    await lookedThrough();
    expect(mailsOf(notice.id)).toHaveLength(1);
    expect(await rowOf(notice.id)).toMatchObject({ state: 'unknown' });
  });
});

describe('a sender', () => {
  it('that died while it handed a notice over does not mail it again', async () => {
    const id = await lapsed();
    const { error } = await inState(id, 'unknown');
    expect(error).toBe('the sender stopped before it could record the outcome');
    await lookedThrough();
    expect(mailsOf(id)).toEqual([]);
  });

  it('that is stopped and started again mails what it had taken', async () => {
    await harness.startReplica();
    harness.sendgrid.answer((_mail, response) => void response.writeHead(500).end());
    const notices = Array.from({ length: 5 }, () => noticeMail());
    for (const notice of notices) await publish(notice);
    for (const { id } of notices) await eventually(async () => (await rowOf(id))?.error);
    await harness.stopReplica();
    harness.sendgrid.answer(accept);
    await harness.query(`UPDATE notices SET due_at = now() WHERE state = 'queued'`);
    for (const { id } of notices) await inState(id, 'sent');
  });

  it('sends no notice while the provider asks to wait', async () => {
    const other = await SenderHarness.start({ PLATFORM_FROM_ADDRESS: 'mail@platform.example' });
    try {
      other.sendgrid.answer(
        (_mail, response) =>
          void response
            .writeHead(429, { 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 500) })
            .end(),
      );
      const send = sendRequest();
      await other.request(send);
      await eventually(async () => (await other.view(send))?.error);
      const notice = noticeMail();
      await publish(notice, '', other);
      await eventually(() => rowOf(notice.id, other));
      await lookedThrough(other);
      expect(await rowOf(notice.id, other)).toMatchObject({ state: 'queued', attempt: 0 });
    } finally {
      await other.stop();
    }
  });

  it('without an address of its own leaves notices on DEAD, with the reason', async () => {
    const other = await SenderHarness.start();
    try {
      const notice = noticeMail();
      await publish(notice, '', other);
      const letter = await eventually(
        async () => (await other.platform.messages.inStream<DeadLetterV1>('DEAD'))[0],
      );
      expect(letter).toMatchObject({
        origin: 'SENDS',
        subject: noticeMailV1.subject,
        reason: 'PLATFORM_FROM_ADDRESS is not set: notices cannot be mailed',
      });
      expect(JSON.parse(letter.body)).toEqual(notice);
    } finally {
      await other.stop();
    }
  });
});
