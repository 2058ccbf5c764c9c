import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { pageHeaders } from './page.js';
import { expiredPage, rsvpPage, thanksPage, type Invitation } from './rsvp-pages.js';

const invitation: Invitation = {
  guestName: 'Ada Lovelace',
  title: 'Fish & "Chips"',
  companyName: 'Analytical Events',
  startTime: '2036-06-21T19:30:00',
  endTime: '2036-06-21T23:00:00',
  timeZoneId: 'America/New_York',
  rsvp: null,
};
const targets = { yes: './YES', no: './NO' };
const ask = (values: Partial<Invitation> = {}, answer: 'yes' | 'no' = 'yes'): string =>
  rsvpPage({ ...invitation, ...values }, answer, targets);
/** Where each button leads, and what is on it. */
const buttons = (html: string): string[] =>
  [...html.matchAll(/action="([^"]+)">\s*<button[^>]*class="(\w+)">([^<]+)</g)].map((match) =>
    match.slice(1).join(' '),
  );

describe('RSVP pages', () => {
  it('show the event on its own clock, who invites and who is invited', () => {
    const html = ask();
    expect(html).toContain('Saturday 21 June 2036<br>\n19:30 – 23:00<br>');
    expect(html).toContain('America/New York time');
    expect(html).toContain('Hosted by <bdi>Analytical Events</bdi>');
    expect(html).toContain('Invitation for <strong><bdi>Ada Lovelace</bdi></strong>');
  });

  it('leave out what is not known', () => {
    const html = ask({ guestName: '', companyName: null });
    expect(html).not.toContain('Hosted by');
    expect(html).not.toContain('Invitation for');
  });

  it('offer the answer of the link first', () => {
    expect(buttons(ask())).toEqual(['./YES main Yes, I&#39;ll be there', './NO other No, I can&#39;t come']);
    expect(buttons(ask({}, 'no'))).toEqual([
      './NO main No, I can&#39;t come',
      './YES other Yes, I&#39;ll be there',
    ]);
  });

  it('thank for an answer, and offer to change it', () => {
    const html = ask({ rsvp: 'no' }, 'no');
    expect(html).toContain('Your answer is noted: you cannot come.');
    expect(buttons(html)).toEqual(['./YES other Yes, I&#39;ll be there']);
  });

  it('remind those who have answered otherwise', () => {
    const html = ask({ rsvp: 'no' });
    expect(html).toContain('So far you have answered that you cannot come.');
    expect(buttons(html)).toEqual(['./YES main Yes, I&#39;ll be there']);
  });

  it('escape what guests and organisers have typed, and keep its writing direction to itself', () => {
    const hostile = '</title></style><script>alert(1)</script><img src=x onerror=alert(1)>"\'&\u202E';
    const html = ask({ guestName: hostile, title: hostile, companyName: hostile });
    expect(html).not.toMatch(/<script|<img/);
    expect(html.match(/<\/title>|<\/style>/g)).toHaveLength(2);
    expect(html.match(/<bdi>&lt;\/title&gt;/g)).toHaveLength(3);
    expect(expiredPage({ ...invitation, title: hostile })).not.toMatch(/<script|<img/);
  });

  it('are styled by what their policy allows', () => {
    const style = /<style>([^]*)<\/style>/.exec(ask())?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(pageHeaders['Content-Security-Policy']).toContain(`style-src 'sha256-${hash}'`);
  });

  it('say what has been noted', () => {
    expect(thanksPage('no', './NO')).toContain('is noted: you cannot come.');
  });
});
