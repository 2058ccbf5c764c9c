import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Links } from '../src/links/links.js';
import { Rsvp } from '../src/links/rsvp.js';
import { TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let user: TestUser;

beforeAll(async () => {
  gateway = await TestGateway.start();
  user = await gateway.user();
});
afterAll(() => gateway.stop());

/** The path of a link, as the recipient's browser asks for it. */
const pathOf = (url: string): string => new URL(url).pathname;

interface Invited {
  id: string;
  eventId: string;
  yes: string;
  no: string;
}

async function invitation(
  guestValues: object = {},
  eventValues: { startTime?: string; endTime?: string } = {},
): Promise<Invited> {
  const endTime = '2036-06-21T23:00';
  const eventId = await gateway.event(user, { title: 'Summer <b>Gala</b>', endTime, ...eventValues });
  const { body } = await gateway.call('POST', '/api/guest', {
    token: user.token,
    body: { eventId, firstName: 'Ada', ...guestValues },
  });
  const id = String(body.id);
  const links = gateway
    .get(Links)
    .rsvp({ accountId: user.accountId, guestId: id }, eventValues.endTime ?? endTime);
  return { id, eventId, yes: pathOf(links.rsvpYesUrl), no: pathOf(links.rsvpNoUrl) };
}

/** What the button of a page does. */
const confirm = (path: string): Promise<Answer> =>
  gateway.call('POST', path, {
    raw: '',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });

const guestOf = async (id: string): Promise<Record<string, unknown>> =>
  (await gateway.call('GET', `/api/guest/${id}`, { token: user.token })).body;
const answerOf = async (id: string): Promise<unknown> => (await guestOf(id)).rsvp;

describe('QR image', () => {
  const qrPath = (barcode = 'K7Q2M9XW4T8B1ZRC'): string => pathOf(gateway.get(Links).barcodeQr(barcode));
  const get = (path: string, method = 'GET', headers: Record<string, string> = {}): Promise<Response> =>
    fetch(gateway.service.url + path, { method, headers });

  it('is a PNG that may be kept for ever and shown anywhere', async () => {
    const response = await get(qrPath());
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      etag: expect.stringMatching(/^"[\w-]+"$/),
    });
    expect(response.headers.has('set-cookie')).toBe(false);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
  });

  it('tells image proxies the same by HEAD, without the image', async () => {
    const [got, headed] = [await get(qrPath()), await get(qrPath(), 'HEAD')];
    expect(headed.status).toBe(200);
    for (const name of ['content-type', 'content-length', 'cache-control', 'etag'])
      expect(headed.headers.get(name)).toBe(got.headers.get(name));
    expect((await headed.arrayBuffer()).byteLength).toBe(0);
  });

  it('is not sent again to whoever has it', async () => {
    const etag = (await get(qrPath())).headers.get('etag') ?? '';
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await get(qrPath(), 'GET', { 'If-None-Match': known });
      expect([response.status, response.headers.get('etag')]).toEqual([304, etag]);
      expect(response.headers.get('cache-control')).toContain('immutable');
      expect((await response.arrayBuffer()).byteLength).toBe(0);
    }
    expect((await get(qrPath(), 'GET', { 'If-None-Match': '"other"' })).status).toBe(200);
    expect((await get(qrPath('OTHER'), 'GET', { 'If-None-Match': etag })).status).toBe(200);
  });

  it('is drawn for the longest barcode a caller may choose', async () => {
    expect((await gateway.call('GET', qrPath('~'.repeat(50)))).status).toBe(200);
  });

  it('cannot be had by guessing, and a wrong address tells nothing and is not kept', async () => {
    const path = qrPath();
    const rsvp = (await invitation()).yes.replace('/rsvp/', '/qr/');
    const wrong = ['/qr/x.png', path.replace('/qr/', '/qr/A'), path.replace('.png', 'A.png'), `${rsvp}.png`];
    const answers = await Promise.all(
      wrong.map((address) => gateway.call('GET', address, { headers: { 'If-None-Match': '*' } })),
    );
    for (const answer of answers) {
      expect(answer.status).toBe(404);
      expect(answer.headers.get('cache-control') ?? '').not.toContain('max-age');
      expect({ ...answer.body, instance: '' }).toEqual({ ...answers[0]?.body, instance: '' });
    }
    expect((await gateway.call('GET', path.replace('.png', ''))).status).toBe(404);
  });
});

describe('RSVP', () => {
  it('asks, and changes nothing by being opened, looked at or prefetched', async () => {
    const { id, yes, no } = await invitation();
    const before = await guestOf(id);
    const page = await gateway.call('GET', yes);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.text).toContain('Summer &lt;b&gt;Gala&lt;/b&gt;');
    expect(page.text).toContain('Saturday 21 June 2036<br>\n19:30 – 23:00<br>');
    expect(page.text).toContain('Yes, I&#39;ll be there');
    expect(page.text).toContain('<html lang="en">');
    expect(page.text).toContain('name="viewport"');
    for (const path of [yes, no]) {
      await gateway.call('HEAD', path);
      await gateway.call('GET', path, { headers: { 'Sec-Purpose': 'prefetch', Purpose: 'prefetch' } });
      await gateway.call('GET', `${path}?utm_source=scanner`);
      await gateway.call('OPTIONS', path);
    }
    expect(await guestOf(id)).toEqual(before);
  });

  it('is safe to show: no scripts, no frames, nothing from elsewhere, no trace', async () => {
    const { yes } = await invitation({ firstName: '<script>alert(1)</script>' });
    const { headers, text } = await gateway.call('GET', yes);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-robots-tag')).toContain('noindex');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).not.toContain('<script');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('stores the answer of the link that was confirmed, and shows it from then on', async () => {
    const { id, yes, no } = await invitation();
    const noted = await confirm(yes);
    expect(noted.status).toBe(303);
    expect(noted.headers.get('referrer-policy')).toBe('no-referrer');
    expect(noted.text).toContain('Your answer is noted: you will be there.');
    expect(new URL(noted.headers.get('location') ?? '', `https://comms.example.com${yes}`).pathname).toBe(
      yes,
    );
    expect(await answerOf(id)).toBe('yes');
    expect((await gateway.call('GET', yes)).text).toContain('Your answer is noted: you will be there.');
    expect((await gateway.call('GET', no)).text).toContain(
      'So far you have answered that you will be there.',
    );
  });

  it('takes another answer; the last one counts', async () => {
    const { id, yes, no } = await invitation();
    await confirm(yes);
    await confirm(no);
    expect(await answerOf(id)).toBe('no');
  });

  it('notes an answer once, however often it is sent', async () => {
    const { id, yes } = await invitation();
    const answers = await Promise.all(Array.from({ length: 5 }, () => confirm(yes)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
    const { text } = await gateway.call('GET', `/api/guest/${id}`, { token: user.token });
    await confirm(yes);
    expect((await gateway.call('GET', `/api/guest/${id}`, { token: user.token })).text).toBe(text);
  });

  it('ends with the event', async () => {
    const { id, yes } = await invitation({}, { startTime: '2020-06-21T20:00', endTime: '2020-06-21T23:00' });
    for (const page of [await gateway.call('GET', yes), await confirm(yes)]) {
      expect(page.status).toBe(410);
      expect(page.text).toContain('This link has expired');
      expect(page.text).toContain('<bdi>Summer &lt;b&gt;Gala&lt;/b&gt;</bdi> is over');
    }
    expect(await answerOf(id)).toBeNull();
  });

  it('goes on where the event has been put off', async () => {
    const { id, eventId, yes } = await invitation(
      {},
      { startTime: '2020-06-21T20:00', endTime: '2020-06-21T23:00' },
    );
    const body = {
      title: 'Gala',
      startTime: '2036-06-22T20:00',
      endTime: '2036-06-22T23:00',
      timeZoneId: 'Europe/London',
    };
    await gateway.call('PUT', `/api/event/${eventId}`, { token: user.token, body });
    expect((await gateway.call('GET', yes)).text).toContain('Sunday 22 June 2036');
    await confirm(yes);
    expect(await answerOf(id)).toBe('yes');
  });

  it('does not work altered, cut off or for a guest that is not there', async () => {
    const { yes } = await invitation();
    const nobody = gateway
      .get(Links)
      .rsvp({ accountId: user.accountId, guestId: randomUUID() }, '2036-01-01T00:00');
    const qr = pathOf(gateway.get(Links).barcodeQr('x'.repeat(38)))
      .replace('/qr/', '/rsvp/')
      .replace('.png', '');
    const damaged = [`${yes}A`, yes.slice(0, -1), yes + 'x'.repeat(300), `${yes}%`];
    for (const path of ['/rsvp/x', ...damaged, pathOf(nobody.rsvpNoUrl), qr])
      for (const method of ['GET', 'POST']) {
        const page = await gateway.call(method, path);
        expect(page.status).toBe(404);
        expect(page.text).toContain('This link does not work');
        expect(page.headers.get('cache-control')).toBe('no-store');
      }
  });

  it('asks to try again where we fail', async () => {
    const { yes } = await invitation();
    const failing = jest.spyOn(gateway.get(Rsvp), 'look').mockRejectedValue(new Error('at 10.0.0.1'));
    for (const page of [await gateway.call('GET', yes), await confirm(yes)]) {
      expect(page.status).toBe(503);
      expect(page.headers.get('retry-after')).toBe('5');
      expect(page.text).toContain('Please try again');
      expect(page.text).not.toContain('10.0.0.1');
    }
    failing.mockRestore();
  });
});
