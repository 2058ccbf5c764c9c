import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { pageHeaders } from './page.js';
import { askPage, thanksPage, type Invitation } from './rsvp-pages.js';

const invitation: Invitation = {
  firstName: 'Ada',
  title: 'Fish & "Chips"',
  startTime: '2026-06-21T19:30:00',
  timeZoneId: 'Europe/London',
  rsvp: null,
};

describe('RSVP pages', () => {
  it('show the event on its own clock', () => {
    expect(askPage(invitation, 'yes')).toMatch(/Sunday,? 21 June 2026 at 19:30 \(Europe\/London\)/);
  });

  it('ask for the answer of the link, by a form that posts to its own address', () => {
    expect(askPage(invitation, 'yes')).toContain(
      '<form method="post"><button type="submit">Yes, I&#39;ll be there',
    );
    expect(askPage(invitation, 'no')).toContain('No, I can&#39;t come');
  });

  it('are styled by what their policy allows', () => {
    const style = /<style>([^]*)<\/style>/.exec(askPage(invitation, 'yes'))?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(pageHeaders['Content-Security-Policy']).toContain(`style-src 'sha256-${hash}'`);
  });

  it('escape what guests and organisers have typed', () => {
    const page = askPage({ ...invitation, firstName: '<img src=x>' }, 'yes');
    expect(page).toContain('<title>Fish &amp; &quot;Chips&quot;</title>');
    expect(page).toContain('Hello &lt;img src=x&gt;,');
    expect(page).not.toContain('<img');
  });

  it('greet guests without a name, and remind those who have answered', () => {
    const page = askPage({ ...invitation, firstName: '', rsvp: 'no' }, 'yes');
    expect(page).toContain('Hello, please confirm');
    expect(page).toContain('So far you have answered that you cannot come.');
  });

  it('say what has been noted', () => {
    expect(thanksPage(invitation, 'no')).toContain('is noted: you cannot come.');
  });
});
