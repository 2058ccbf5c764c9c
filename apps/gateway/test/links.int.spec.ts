import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Links } from '../src/links/links.js';
import { TestGateway, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let user: TestUser;

beforeAll(async () => {
  gateway = await TestGateway.start();
  user = await gateway.user();
});
afterAll(() => gateway.stop());

/** The path of a link, as the recipient's browser asks for it. */
const pathOf = (url: string): string => new URL(url).pathname;

async function invitation(
  guestValues: object = {},
  eventValues: { endTime?: string } = {},
): Promise<{ id: string; yes: string; no: string }> {
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
  return { id, yes: pathOf(links.rsvpYesUrl), no: pathOf(links.rsvpNoUrl) };
}

const answerOf = async (id: string): Promise<unknown> =>
  (await gateway.call('GET', `/api/guest/${id}`, { token: user.token })).body.rsvp;

describe('QR image', () => {
  it('is a PNG that may be kept for ever', async () => {
    const response = await fetch(
      gateway.service.url + pathOf(gateway.get(Links).barcodeQr('K7Q2M9XW4T8B1ZRC')),
    );
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
  });

  it('is drawn for the longest barcode a caller may choose', async () => {
    const path = pathOf(gateway.get(Links).barcodeQr('~'.repeat(50)));
    expect((await gateway.call('GET', path)).status).toBe(200);
  });

  it('cannot be had by guessing', async () => {
    const path = pathOf(gateway.get(Links).barcodeQr('K7Q2M9XW4T8B1ZRC'));
    const other = path.replace('/qr/', '/qr/A');
    for (const address of ['/qr/x.png', other, path.replace('.png', 'A.png'), path.replace('.png', '')])
      expect((await gateway.call('GET', address)).status).toBe(404);
  });
});

describe('RSVP', () => {
  it('asks with one button and changes nothing', async () => {
    const { id, yes } = await invitation();
    const page = await gateway.call('GET', yes);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.text).toContain('Summer &lt;b&gt;Gala&lt;/b&gt;');
    expect(page.text).toContain('Saturday');
    expect(page.text.match(/<button/g)).toHaveLength(1);
    expect(page.text).toContain('Yes, I&#39;ll be there');
    expect(page.text).toContain('<html lang="en">');
    expect(page.text).toContain('name="viewport"');
    await gateway.call('HEAD', yes);
    expect(await answerOf(id)).toBeNull();
  });

  it('is safe to show: no scripts, no frames, nothing from elsewhere, no trace', async () => {
    const { yes } = await invitation({ firstName: '<script>alert(1)</script>' });
    const { headers, text } = await gateway.call('GET', yes);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).not.toContain('<script');
  });

  it('stores the answer of the link that was confirmed; the last one counts', async () => {
    const { id, yes, no } = await invitation();
    const confirm = (path: string) =>
      gateway.call('POST', path, {
        raw: '',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      });
    const thanks = await confirm(yes);
    expect(thanks.status).toBe(200);
    expect(thanks.text).toContain('Thank you');
    expect(await answerOf(id)).toBe('yes');
    expect((await gateway.call('GET', no)).text).toContain(
      'So far you have answered that you will be there.',
    );
    await confirm(no);
    expect(await answerOf(id)).toBe('no');
  });

  it('ends with the event', async () => {
    const { id, yes } = await invitation({}, { endTime: '2036-06-21T20:00' });
    const past = gateway.get(Links).rsvp({ accountId: user.accountId, guestId: id }, '2020-06-21T20:00:00');
    const page = await gateway.call('POST', pathOf(past.rsvpYesUrl));
    expect(page.status).toBe(410);
    expect(page.text).toContain('This link has expired');
    expect(await answerOf(id)).toBeNull();
    expect((await gateway.call('GET', yes)).status).toBe(200);
  });

  it('does not work altered, cut off or for a guest that is not there', async () => {
    const { yes } = await invitation();
    const nobody = gateway
      .get(Links)
      .rsvp({ accountId: user.accountId, guestId: randomUUID() }, '2036-01-01T00:00');
    const qr = pathOf(gateway.get(Links).barcodeQr('x'.repeat(38)))
      .replace('/qr/', '/rsvp/')
      .replace('.png', '');
    for (const path of ['/rsvp/x', `${yes}A`, yes.slice(0, -1), pathOf(nobody.rsvpNoUrl), qr])
      for (const method of ['GET', 'POST']) {
        const page = await gateway.call(method, path);
        expect(page.status).toBe(404);
        expect(page.text).toContain('This link does not work');
      }
  });
});
