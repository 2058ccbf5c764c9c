import { randomUUID } from 'node:crypto';
import { toUSVString } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { providerEventTypes, type SendView } from '@qflow/contracts';
import { eventually, providerEvent, sendRequest } from '@qflow/testing';
import { accept } from './fake-sendgrid.js';
import { SenderHarness } from './sender-harness.js';

let harness: SenderHarness;

beforeAll(async () => {
  harness = await SenderHarness.start();
});
afterAll(() => harness.stop());
afterEach(() => harness.sendgrid.answer(accept));

const lines = ({ timeline }: SendView): [string, string][] =>
  timeline.map(({ source, what }) => [source, what]);

const inOrder = ({ timeline }: SendView): boolean =>
  timeline.every(({ at }, index) => index === 0 || at >= (timeline[index - 1]?.at ?? ''));

describe('the timeline of a send', () => {
  it('has every attempt with what came of it', async () => {
    const request = sendRequest();
    const answers = [
      (): void => undefined,
      (response: { writeHead: (status: number) => { end: () => void } }) => response.writeHead(503).end(),
    ];
    harness.sendgrid.answer((mail, response) => {
      const [answer] = mail.sendId === request.sendId ? answers.splice(0, 1) : [];
      if (answer) answer(response);
      else accept(mail, response);
    });
    await harness.request(request);
    await harness.state(request, 'unknown');
    await harness.makeDue(request.sendId);
    await eventually(async () => (await harness.view(request))?.attempts === 2);
    await eventually(async () => {
      await harness.makeDue(request.sendId);
      return (await harness.view(request))?.status === 'sent';
    });
    const view = (await harness.view(request)) as SendView;
    expect(lines(view)).toEqual([
      ['send', 'queued'],
      ['attempt', 'sending'],
      ['attempt', 'unknown'],
      ['attempt', 'sending'],
      ['attempt', 'retryable'],
      ['attempt', 'sending'],
      ['attempt', 'accepted'],
    ]);
    expect(view.timeline.map(({ detail }) => detail)).toEqual([
      null,
      'attempt 1, through sendgrid',
      expect.stringContaining('may have the e-mail'),
      'attempt 2, through sendgrid',
      'SendGrid answered 503: no body',
      'attempt 3, through sendgrid',
      null,
    ]);
    expect(inOrder(view)).toBe(true);
  });

  it('has every kind of report, once, in the order in which things happened, with why and where', async () => {
    const request = sendRequest();
    await harness.request(request);
    const { timeline } = await harness.state(request, 'sent');
    const sentAt = Date.parse(timeline.at(-1)?.at ?? '');
    const events = providerEventTypes.map((type, index) =>
      providerEvent({
        sendId: request.sendId,
        type,
        reason: type === 'bounced' ? '550 no such user' : null,
        occurredAt: new Date(sentAt + 60_000 * (index + 1)).toISOString(),
        raw: type === 'clicked' ? { url: 'https://example.com/tickets' } : {},
      }),
    );
    await harness.report(...[...events].reverse(), ...events);
    const view = await eventually(async () => {
      const seen = (await harness.view(request)) as SendView;
      return seen.timeline.length === 3 + events.length ? seen : null;
    });
    expect(lines(view).slice(3)).toEqual(providerEventTypes.map((type) => ['provider', type]));
    const detailOf = (wanted: string) => view.timeline.find(({ what }) => what === wanted)?.detail;
    expect(detailOf('bounced')).toBe('550 no such user');
    expect(detailOf('clicked')).toBe('https://example.com/tickets');
    expect(inOrder(view)).toBe(true);
  });

  it('has what was decided without an attempt or a report', async () => {
    const expired = sendRequest();
    harness.sendgrid.answer(() => {});
    await harness.request(expired);
    await harness.state(expired, 'unknown');
    await harness.query(`UPDATE sends SET created_at = now() - interval '2 days' WHERE id = $1`, [
      expired.sendId,
    ]);
    await harness.makeDue(expired.sendId);
    const view = await harness.state(expired, 'failed');
    expect(view.timeline.at(-1)).toMatchObject({
      source: 'send',
      what: 'failed',
      detail: 'the outcome is unknown, and the provider has not reported anything',
    });

    harness.sendgrid.answer(accept);
    const repeated = sendRequest();
    await harness.request(repeated);
    await harness.announced(repeated.sendId, ['comms.sent']);
    await harness.request(repeated, '/again');
    await harness.announced(repeated.sendId, ['comms.sent', 'comms.skipped']);
    expect(lines((await harness.view(repeated)) as SendView).at(-1)).toEqual(['send', 'skipped']);
  });

  it('of an e-mail that is opened without end stays an answer that can be given', async () => {
    const send = await harness.stored({ state: 'opened' });
    await harness.query(
      `INSERT INTO receipts (id, send_id, type, occurred_at, received_at, raw)
       SELECT $2 || n, $1, 'opened', now() + n * interval '1 second', now(), '{}' FROM generate_series(1, 3000) AS n`,
      [send.sendId, randomUUID()],
    );
    expect(((await harness.view(send)) as SendView).timeline).toHaveLength(501);
  });

  it('keeps every other report beside opens and clicks without end, however long their links are', async () => {
    const send = await harness.stored({ state: 'spam_reported' });
    await harness.query(
      `INSERT INTO receipts (id, send_id, type, occurred_at, received_at, raw)
       SELECT $2 || n, $1, CASE n WHEN 3000 THEN 'spam_reported' ELSE 'clicked' END, now() + n * interval '1 second',
              now(), jsonb_build_object('url', repeat('😀', 2000)) FROM generate_series(1, 3000) AS n`,
      [send.sendId, randomUUID()],
    );
    const { timeline } = (await harness.view(send)) as SendView;
    expect(timeline.map(({ what }) => what)).toContain('spam_reported');
    expect(timeline.every(({ detail }) => detail === null || toUSVString(detail) === detail)).toBe(true);
  });
});
