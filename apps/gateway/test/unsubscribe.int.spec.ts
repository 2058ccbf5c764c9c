import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { recipientChoiceV1, type RecipientChoiceV1, type SendRequestedV1 } from '@qflow/contracts';
import { OutboxRelay } from '@qflow/persistence';
import { eventually } from '@qflow/testing';
import { DataSource } from 'typeorm';
import { Links } from '../src/links/links.js';
import { purgeChoices } from '../src/links/purge-choices.js';
import { TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let user: TestUser;

beforeAll(async () => {
  gateway = await TestGateway.start();
  user = await gateway.user();
});
afterAll(() => gateway.stop());
afterEach(() => {
  jest.restoreAllMocks();
});

const pathOf = (url: string): string => new URL(url).pathname;

interface Mailed {
  sendId: string;
  eventId: string;
  path: string;
}

/** A send that the sender knows, to a guest of an event. */
async function mailed(
  standing: { unsubscribed?: boolean; decidedAt?: string } = {},
  event = {},
): Promise<Mailed> {
  const eventId = await gateway.event(user, event);
  const sendId = randomUUID();
  gateway.fakes.sender.standings.set(sendId, {
    accountId: user.accountId,
    address: 'a…@example.com',
    eventId,
    unsubscribed: false,
    decidedAt: null,
    ...standing,
  });
  return { sendId, eventId, path: pathFor(sendId) };
}

const pathFor = (sendId: string, accountId = user.accountId): string =>
  pathOf(gateway.get(Links).unsubscribe({ accountId, sendId }));

const formType = 'application/x-www-form-urlencoded';
const post = (path: string, raw: string | Buffer, contentType = formType): Promise<Answer> =>
  gateway.call('POST', path, { raw, headers: { 'Content-Type': contentType } });
const choose = (path: string, choice: 'unsubscribe' | 'resubscribe'): Promise<Answer> =>
  post(path, `choice=${choice}`);
const oneClick = (path: string): Promise<Answer> => post(path, 'List-Unsubscribe=One-Click');
const read = (path: string): Promise<Answer> => gateway.call('GET', path);

/** The heading of a page. */
const headingOf = ({ text }: Answer): string => /<h1><bdi>(.*)<\/bdi><\/h1>/.exec(text)?.[1] ?? '';
const seen = async (path: string): Promise<string> => headingOf(await read(path));

/** The choices that have reached the stream, of one send. */
const published = async (sendId: string): Promise<RecipientChoiceV1[]> =>
  (await gateway.platform.messages.inStream<RecipientChoiceV1>('SENDS')).filter(
    (one) => one.kind === 'recipient.choice' && one.sendId === sendId,
  );
const publishedOnce = (sendId: string): Promise<RecipientChoiceV1> =>
  eventually(async () => (await published(sendId))[0]);
async function publishedTimes(sendId: string, times: number): Promise<RecipientChoiceV1[]> {
  await eventually(async () => (await published(sendId)).length >= times);
  return published(sendId);
}

/** The sender hears of a choice, as its standing of the send then says. */
function hear(sendId: string, { choice, at }: RecipientChoiceV1): void {
  const standing = gateway.fakes.sender.standings.get(sendId);
  if (standing) Object.assign(standing, { unsubscribed: choice === 'unsubscribe', decidedAt: at });
}

describe('the link', () => {
  it('of a new guest, of guests in bulk and of a resend is that of the very send', async () => {
    const eventId = await gateway.event(user);
    const { id: commsTemplateId } = gateway.fakes.template(user.accountId, eventId);
    const guest = { email: 'ada@example.com', commsTemplateId };
    const call = (path: string, body: unknown) => gateway.call('POST', path, { token: user.token, body });
    const { body: single } = await call('/api/guest', { eventId, ...guest });
    await call(`/api/guests/${eventId}`, [guest, guest]);
    await call('/api/comms/send', { attendeeId: single.id, templateId: commsTemplateId });
    await call('/api/comms/sends', [{ attendeeId: single.id, templateId: commsTemplateId }]);

    const streamed = async (): Promise<SendRequestedV1[]> =>
      (await gateway.platform.messages.inStream<SendRequestedV1>('SENDS')).filter(
        (one) => one.eventId === eventId,
      );
    await eventually(async () => (await streamed()).length === 3);
    const sends = [...(await streamed()), ...gateway.fakes.requested, ...gateway.fakes.sender.chunks.flat()];
    expect(sends).toHaveLength(5);
    for (const { sendId, merge } of sends)
      expect(merge.links.unsubscribeUrl).toBe(
        gateway.get(Links).unsubscribe({ accountId: user.accountId, sendId }),
      );
    expect(new Set(sends.map(({ merge }) => merge.links.unsubscribeUrl)).size).toBe(5);
  });

  it('that is altered, cut off, made up or of another purpose leads to one and the same page', async () => {
    const { path, sendId } = await mailed();
    const links = gateway.get(Links);
    const rsvp = pathOf(
      links.rsvp({ accountId: user.accountId, guestId: sendId }, '2036-01-01T00:00').rsvpYesUrl,
    );
    const qr = pathOf(links.barcodeQr('x'.repeat(32))).replace('.png', '');
    const wrong = ['/unsubscribe/x', `${path}A`, path.slice(0, -1), path + 'x'.repeat(300), `${path}%`];
    const pages: Answer[] = [];
    for (const address of [...wrong, ...[rsvp, qr].map((one) => one.replace(/\/\w+\//, '/unsubscribe/'))])
      pages.push(await read(address), await oneClick(address));
    for (const { status, text, headers } of pages) {
      expect([status, headers.get('cache-control')]).toEqual([404, 'no-store']);
      expect(text).toBe(pages[0]?.text);
    }
    // And the other way round.
    expect((await read(path.replace('/unsubscribe/', '/rsvp/'))).status).toBe(404);
    expect((await read(`${path.replace('/unsubscribe/', '/qr/')}.png`)).status).toBe(404);
    expect(await published(sendId)).toEqual([]);
  });
});

describe('the page', () => {
  it('asks, and changes nothing by being opened, looked at or prefetched', async () => {
    const { path, sendId } = await mailed(
      {},
      { title: 'Summer <b>Gala</b>', companyName: 'Analytical <i>Events</i>' },
    );
    const page = await read(path);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    for (const part of [
      'Summer &lt;b&gt;Gala',
      'Analytical &lt;i&gt;Events',
      'a…@example.com',
      '<html lang="en">',
    ])
      expect(page.text).toContain(part);
    await gateway.call('HEAD', path);
    await gateway.call('OPTIONS', path);
    await gateway.call('GET', path, { headers: { 'Sec-Purpose': 'prefetch', Purpose: 'prefetch' } });
    await read(`${path}?List-Unsubscribe=One-Click&choice=unsubscribe`);
    expect(headingOf(await read(path))).toBe('Unsubscribe?');
    expect(await gateway.sql('SELECT FROM recipient_choices WHERE send_id = $1', [sendId])).toEqual([]);
    expect(await published(sendId)).toEqual([]);
  });

  it('is safe to show: no scripts, no frames, no cookies, nothing from elsewhere, no trace', async () => {
    const { path } = await mailed();
    for (const { headers } of [await read(path), await choose(path, 'unsubscribe'), await oneClick(path)]) {
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-robots-tag')).toContain('noindex');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('set-cookie')).toBeNull();
    }
  });

  it('stores what was chosen, leads back, and shows it from then on, before the sender has heard of it', async () => {
    const { path, sendId } = await mailed();
    const noted = await choose(path, 'unsubscribe');
    expect([noted.status, headingOf(noted)]).toEqual([303, 'You are unsubscribed']);
    expect(new URL(noted.headers.get('location') ?? '', `https://comms.example.com${path}`).pathname).toBe(
      path,
    );
    expect([await seen(path), await seen(path)]).toEqual(['You are unsubscribed', 'You are unsubscribed']);
    const message = await publishedOnce(sendId);
    expect(recipientChoiceV1.read(message)).toEqual({
      kind: 'recipient.choice',
      version: 1,
      id: expect.any(String),
      accountId: user.accountId,
      sendId,
      choice: 'unsubscribe',
      by: 'page',
      at: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
    });
    hear(sendId, message);
    expect(await seen(path)).toBe('You are unsubscribed');
    expect((await choose(path, 'resubscribe')).status).toBe(303);
    expect(await seen(path)).toBe('You are subscribed again');
    const again = await eventually(async () => (await published(sendId))[1]);
    expect(again).toMatchObject({ choice: 'resubscribe', by: 'page' });
    hear(sendId, again);
    expect(await seen(path)).toBe('You are subscribed again');
  });

  it('goes by the sender once it has heard: of another e-mail to the address, of a report, of the account', async () => {
    const { path, sendId } = await mailed();
    await choose(path, 'unsubscribe');
    const message = await publishedOnce(sendId);
    hear(sendId, message);
    const standing = gateway.fakes.sender.standings.get(sendId);
    // The account has lifted the suppression: no choice of the recipient's, so its time has not moved.
    Object.assign(standing ?? {}, { unsubscribed: false });
    expect(await seen(path)).toBe('Unsubscribe?');
    Object.assign(standing ?? {}, { unsubscribed: true, decidedAt: '2099-01-01T00:00:00.000Z' });
    expect(await seen(path)).toBe('You are unsubscribed');
    Object.assign(standing ?? {}, { unsubscribed: false, decidedAt: '2099-01-02T00:00:00.000Z' });
    expect(await seen(path)).toBe('Unsubscribe?');
  });

  it('shows who has unsubscribed elsewhere', async () => {
    const { path } = await mailed({ unsubscribed: true, decidedAt: '2026-01-01T00:00:00.000Z' });
    expect(await seen(path)).toBe('You are unsubscribed');
  });

  it('is for every send we have sealed: also one that the sender does not know yet, or of an event that is gone', async () => {
    const unknown = pathFor(randomUUID());
    expect((await read(unknown)).text).toContain('the organiser who wrote to you');
    expect((await choose(unknown, 'unsubscribe')).status).toBe(303);
    expect(await seen(unknown)).toBe('You are unsubscribed');
    const { path, sendId } = await mailed();
    Object.assign(gateway.fakes.sender.standings.get(sendId) ?? {}, { eventId: randomUUID() });
    expect((await read(path)).text).toContain('a…@example.com');
  });

  it('forgets choices that the sender has long heard of', async () => {
    const { path, sendId } = await mailed();
    await choose(path, 'unsubscribe');
    await purgeChoices(gateway.sql);
    expect(await seen(path)).toBe('You are unsubscribed');
    await gateway.sql(`UPDATE recipient_choices SET at = now() - interval '31 days' WHERE send_id = $1`, [
      sendId,
    ]);
    expect(await purgeChoices(gateway.sql)).toBe(true);
    expect(await purgeChoices(gateway.sql)).toBe(false);
    expect(await seen(path)).toBe('Unsubscribe?');
  });
});

describe('a mail program', () => {
  const multipart = 'multipart/form-data; boundary=edge';
  const inParts =
    '--edge\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--edge--\r\n';

  it.each([
    ['urlencoded', formType, 'List-Unsubscribe=One-Click'],
    ['in parts', multipart, inParts],
  ])('unsubscribes with one %s request, without redirect', async (_what, contentType, body) => {
    const { path, sendId } = await mailed();
    const answer = await post(path, body, contentType);
    expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
    expect(await publishedOnce(sendId)).toMatchObject({ choice: 'unsubscribe', by: 'one-click' });
    expect(await seen(path)).toBe('You are unsubscribed');
  });

  it('may repeat itself, at once too: each is a choice of its own, later than the one before', async () => {
    const { path, sendId } = await mailed();
    const answers = await Promise.all(Array.from({ length: 8 }, () => oneClick(path)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    const all = await publishedTimes(sendId, 8);
    expect(new Set(all.map(({ id }) => id)).size).toBe(8);
    expect(new Set(all.map(({ at }) => at)).size).toBe(8);
  });

  it('orders two choices by one clock, however fast they come', async () => {
    const { path, sendId } = await mailed();
    for (const choice of ['unsubscribe', 'resubscribe', 'unsubscribe'] as const) await choose(path, choice);
    const all = await publishedTimes(sendId, 3);
    const byTime = [...all].sort((a, b) => (a.at < b.at ? -1 : 1)).map(({ choice }) => choice);
    expect(byTime).toEqual(['unsubscribe', 'resubscribe', 'unsubscribe']);
  });

  it('that asks for anything else is told what is wrong, and nothing is stored', async () => {
    const { path, sendId } = await mailed();
    const refused: [string, string | Buffer, string][] = [
      [formType, '', 'The request holds no form.'],
      [formType, 'List-Unsubscribe=No', 'The request has another List-Unsubscribe than One-Click.'],
      [formType, 'choice=x', 'The request has a choice that is neither unsubscribe nor resubscribe.'],
      [
        formType,
        'choice=resubscribe&List-Unsubscribe=One-Click',
        'The request asks for more than one thing.',
      ],
      [
        formType,
        Buffer.from([0xff, 0x00, 0x26]),
        'The request has neither List-Unsubscribe=One-Click nor a choice.',
      ],
      [formType, 'x='.repeat(100_000), 'The request holds a form of more than 16384 bytes.'],
      [multipart, inParts.slice(0, -9), 'The request holds a form that cannot be read'],
      ['application/json', '{"choice":"unsubscribe"}', 'The request holds no form.'],
    ];
    for (const [contentType, body, message] of refused) {
      const answer = await post(path, body, contentType);
      expect([answer.status, headingOf(answer)]).toEqual([400, 'Nothing was changed']);
      expect(answer.text).toContain(message);
    }
    expect((await gateway.call('POST', path)).status).toBe(400);
    expect((await post(path, '<x/>', 'application/xml')).status).toBe(415);
    expect((await gateway.call('PUT', path)).headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST');
    expect(await seen(path)).toBe('Unsubscribe?');
    expect(await published(sendId)).toEqual([]);
  });

  it('posts forms nowhere else', async () => {
    for (const path of ['/api/guest', '/api/comms/send', '/rsvp/x'])
      expect(
        (
          await gateway.call('POST', path, {
            token: user.token,
            raw: inParts,
            headers: { 'Content-Type': multipart },
          })
        ).status,
      ).toBe(415);
  });
});

describe('when something is away', () => {
  it('a choice that is not published at once is published later, once', async () => {
    const { path, sendId } = await mailed();
    // As where the process dies between the commit and the publishing.
    jest.spyOn(gateway.get(OutboxRelay), 'publish').mockReturnValue(undefined);
    expect((await oneClick(path)).status).toBe(200);
    const [entry] = await gateway.sql<{ body: string }>(
      'SELECT bodies AS body FROM outbox WHERE envelopes -> 0 ->> 0 = $1',
      [recipientChoiceV1.subject],
    );
    expect(JSON.parse(entry?.body ?? '')).toMatchObject({ sendId, choice: 'unsubscribe' });
    await gateway.sql(`UPDATE outbox SET created_at = now() - interval '1 hour'`);
    expect(await publishedOnce(sendId)).toMatchObject({ sendId });
    await eventually(async () => (await gateway.count('outbox')) === 0);
    expect(await published(sendId)).toHaveLength(1);
  });

  it('where a choice cannot be stored it is neither kept nor told, and the page says so', async () => {
    const { path, sendId } = await mailed();
    await gateway.sql('ALTER TABLE outbox RENAME TO outbox_hidden');
    const pages = [await oneClick(path), await choose(path, 'unsubscribe')];
    await gateway.sql('ALTER TABLE outbox_hidden RENAME TO outbox');
    for (const { status, text, headers } of pages) {
      expect([status, headers.get('retry-after')]).toEqual([503, '5']);
      expect(text).toContain('nothing has been changed yet');
      expect(text).not.toContain('outbox');
    }
    expect(await seen(path)).toBe('Unsubscribe?');
    expect(await published(sendId)).toEqual([]);
  });

  it('where the database is away the page asks to try again', async () => {
    const { path } = await mailed();
    jest.spyOn(gateway.get(DataSource), 'query').mockRejectedValue(new Error('at 10.0.0.1'));
    const page = await read(path);
    expect([page.status, headingOf(page), page.text.includes('10.0.0.1')]).toEqual([
      503,
      'Please try again',
      false,
    ]);
  });

  // Last: the sender does not come back.
  it('without a sender the page has no names, and takes and shows choices all the same', async () => {
    const { path, sendId } = await mailed();
    gateway.fakes.sender.leaveRecipients();
    const page = await read(path);
    expect([page.status, headingOf(page)]).toEqual([200, 'Unsubscribe?']);
    expect(page.text).toContain('from the organiser who wrote to you: invitations');
    expect((await choose(path, 'unsubscribe')).status).toBe(303);
    expect(await seen(path)).toBe('You are unsubscribed');
    await choose(path, 'resubscribe');
    expect(await seen(path)).toBe('You are subscribed again');
    expect((await oneClick(path)).status).toBe(200);
    await eventually(async () => (await published(sendId)).length === 3);
  });
});
