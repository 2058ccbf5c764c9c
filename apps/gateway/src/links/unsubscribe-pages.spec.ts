import { describe, expect, it } from '@jest/globals';
import { chosenPage, refusedPage, unsubscribePage, type Subscription } from './unsubscribe-pages.js';

const mail = { address: 'a…@example.com', title: 'Fish & "Chips"', companyName: 'Analytical Events' };
const show = (values: Partial<Subscription> = {}): string =>
  unsubscribePage({ state: 'subscribed', mail, ...values }, './TOKEN');
/** What each button posts where, and what is on it. */
const buttons = (html: string): string[] =>
  [
    ...html.matchAll(/action="([^"]+)">\s*<button[^>]*name="(\w+)" value="(\w+)" class="(\w+)">([^<]+)</g),
  ].map((match) => match.slice(1).join(' '));
/** The page as it reads. */
const textOf = (html: string): string =>
  html
    .replace(/^[^]*<article>/, '')
    .replace(/<[^>]+>/g, '')
    .replace(/\s+/g, ' ')
    .trim();

describe('the unsubscribe page', () => {
  it('says whose e-mail it was and for which address, and asks for one click', () => {
    expect(textOf(show())).toBe(
      'Unsubscribe? Your e-mail was about Fish &amp; &quot;Chips&quot;. This stops all e-mails from Analytical Events to ' +
        'a…@example.com: invitations, tickets and news of every event. Unsubscribe',
    );
    expect(buttons(show())).toEqual(['./TOKEN choice unsubscribe main Unsubscribe']);
  });

  it('says that one is unsubscribed, and offers the way back', () => {
    const html = show({ state: 'unsubscribed' });
    expect(html).toContain('<h1><bdi>You are unsubscribed</bdi></h1>');
    expect(textOf(html)).toContain('a…@example.com gets no more e-mails from Analytical Events.');
    expect(textOf(html)).toContain('Changed your mind?');
    expect(buttons(html)).toEqual(['./TOKEN choice resubscribe other Subscribe again']);
  });

  it('says that one is subscribed again, and offers to unsubscribe', () => {
    const html = show({ state: 'resubscribed' });
    expect(textOf(html)).toContain(
      'You are subscribed again a…@example.com gets e-mails from Analytical Events again.',
    );
    expect(buttons(html)).toEqual(['./TOKEN choice unsubscribe other Unsubscribe']);
  });

  it.each([
    [
      'no company',
      { ...mail, companyName: null },
      'from the organiser of Fish &amp; &quot;Chips&quot; to a…@example.com',
    ],
    [
      'no event',
      { address: mail.address, title: null, companyName: null },
      'from the organiser who wrote to you to a…',
    ],
    ['nothing', null, 'This stops all e-mails from the organiser who wrote to you: invitations'],
  ])('reads well where %s is known', (_what, known, text) => {
    expect(textOf(show({ mail: known }))).toContain(text);
    expect(buttons(show({ mail: known }))).toHaveLength(1);
    for (const state of ['unsubscribed', 'resubscribed'] as const)
      expect(textOf(show({ mail: known, state }))).not.toMatch(/undefined|null|from \.|bdi/);
  });

  it('escapes what organisers and guests have typed, and keeps its writing direction to itself', () => {
    const hostile = '</title></style><script>alert(1)</script><img src=x onerror=alert(1)>"\'&\u202E';
    for (const state of ['subscribed', 'unsubscribed', 'resubscribed'] as const) {
      const html = show({ state, mail: { address: hostile, title: hostile, companyName: hostile } });
      expect(html).not.toMatch(/<script|<img/);
      expect(html.match(/<\/title>|<\/style>/g)).toHaveLength(2);
      expect(html).toContain('<bdi class="whole">&lt;/title&gt;');
    }
    expect(refusedPage(hostile, './TOKEN')).not.toMatch(/<script|<img/);
  });

  it('answers programs and those who do not follow', () => {
    expect(chosenPage('unsubscribe', './TOKEN')).toContain('<a href="./TOKEN">See or change your choice</a>');
    expect(chosenPage('resubscribe', './TOKEN')).toContain('You are subscribed again');
    expect(textOf(refusedPage('holds no form', './TOKEN'))).toContain(
      'Nothing was changed The request holds no form.',
    );
  });
});
