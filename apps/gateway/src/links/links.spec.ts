import { describe, expect, it } from '@jest/globals';
import { Links } from './links.js';

const links = new Links({
  PUBLIC_URL: 'https://comms.example.com',
  SECRET_KEYS: { newest: 'k', keys: new Map([['k', Buffer.alloc(32, 7)]]) },
});
const guest = {
  accountId: '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41',
  guestId: 'ffffffff-0000-4000-8000-000000000001',
};
const tokenOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

describe('Links', () => {
  it('carry the barcode to the image', () => {
    const url = links.barcodeQr('K7Q2M9XW4T8B1ZRC');
    expect(url).toMatch(/^https:\/\/comms\.example\.com\/qr\/[\w-]+\.png$/);
    expect(url).not.toContain('K7Q2M9XW4T8B1ZRC');
    expect(links.readBarcodeQr(tokenOf(url).replace('.png', ''))).toBe('K7Q2M9XW4T8B1ZRC');
  });

  it('carry guest, answer and expiry to the RSVP page', () => {
    const { rsvpYesUrl, rsvpNoUrl } = links.rsvp(guest, '2036-06-21T23:00:00');
    const expiresAt = Date.parse('2036-06-22T23:00:00Z') / 1000;
    expect(links.readRsvp(tokenOf(rsvpYesUrl))).toEqual({ ...guest, answer: 'yes', expiresAt });
    expect(links.readRsvp(tokenOf(rsvpNoUrl))).toEqual({ ...guest, answer: 'no', expiresAt });
  });

  it('carry account and send to the unsubscribe page, and no address', () => {
    const link = { accountId: guest.accountId, sendId: '0197a3c2-7f10-7c3e-9d59-000000000000' };
    const url = links.unsubscribe(link);
    expect(url).toMatch(/^https:\/\/comms\.example\.com\/unsubscribe\/[\w-]{64}$/);
    expect(links.readUnsubscribe(tokenOf(url))).toEqual(link);
  });

  it('of one purpose open nothing of another', () => {
    const unsubscribe = tokenOf(links.unsubscribe({ accountId: guest.accountId, sendId: guest.guestId }));
    const rsvp = tokenOf(links.rsvp(guest, '2036-06-21T23:00:00').rsvpYesUrl);
    const qr = tokenOf(links.barcodeQr('x'.repeat(32))).replace('.png', '');
    expect([unsubscribe, qr].map((token) => links.readRsvp(token))).toEqual([undefined, undefined]);
    expect([rsvp, qr].map((token) => links.readUnsubscribe(token))).toEqual([undefined, undefined]);
    expect([rsvp, unsubscribe].map((token) => links.readBarcodeQr(token))).toEqual([undefined, undefined]);
  });

  it('fit the router, which takes path parameters of up to 100 characters', () => {
    expect(tokenOf(links.rsvp(guest, '9999-12-31T23:59:59').rsvpYesUrl).length).toBeLessThan(100);
    expect(tokenOf(links.barcodeQr('~'.repeat(50))).length).toBeLessThan(100);
  });

  it('of events at the ends of time are just links', () => {
    const { rsvpYesUrl } = links.rsvp(guest, '0001-01-01T00:00:00');
    expect(links.readRsvp(tokenOf(rsvpYesUrl))?.expiresAt).toBe(0);
  });
});
