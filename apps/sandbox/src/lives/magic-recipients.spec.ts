import { describe, expect, it } from '@jest/globals';
import { lifeOf, magicNames } from './magic-recipients.js';

const html =
  '<p><a href="https://rsvp.example/?a=1&amp;b=2">Yes</a> <a href="https://other.example/">No</a></p>';
const mail = { content: [{ type: 'text/html', value: html }] };
const namesOf = (recipient: string): string[] => lifeOf(recipient, mail).map((step) => step.event);

describe('lifeOf', () => {
  it.each([
    ['delivered', ['processed', 'delivered']],
    ['bounced', ['processed', 'bounce']],
    ['blocked', ['processed', 'bounce']],
    ['dropped', ['dropped']],
    ['spam', ['processed', 'delivered', 'spamreport']],
    ['unsubscribed', ['processed', 'delivered', 'unsubscribe']],
    ['opened', ['processed', 'delivered', 'open']],
    ['clicked', ['processed', 'delivered', 'open', 'click']],
    ['deferred', ['processed', 'deferred', 'deferred', 'delivered']],
  ])('%s@sandbox.test, with and without a label', (name, events) => {
    expect(namesOf(`${name}@sandbox.test`)).toEqual(events);
    expect(namesOf(`${name}+any.label@sandbox.test`)).toEqual(events);
    expect(namesOf(`${name.toUpperCase()}+X@Sandbox.Test`)).toEqual(events);
  });

  it('has a life for every magic name', () => {
    expect([...magicNames].sort()).toEqual([
      'blocked',
      'bounced',
      'clicked',
      'deferred',
      'delivered',
      'dropped',
      'opened',
      'spam',
      'unsubscribed',
    ]);
  });

  it.each([
    'someone@sandbox.test',
    'bounced@example.com',
    'bounced@sub.sandbox.test',
    'notbounced@sandbox.test',
  ])('simply delivers to %s', (recipient) => {
    expect(namesOf(recipient)).toEqual(['processed', 'delivered']);
  });

  it('tells a bounce from a block by type only', () => {
    const bounce = lifeOf('bounced@sandbox.test', mail)[1];
    const block = lifeOf('blocked@sandbox.test', mail)[1];
    expect(bounce).toMatchObject({ event: 'bounce', details: { type: 'bounce', status: '5.1.1' } });
    expect(block).toMatchObject({ event: 'bounce', details: { type: 'blocked', status: '5.7.1' } });
    for (const step of [bounce, block]) {
      expect(Object.keys(step?.details ?? {})).toEqual(
        expect.arrayContaining(['reason', 'status', 'bounce_classification']),
      );
    }
  });

  it('numbers deferrals once as a text and once as a number', () => {
    const attempts = lifeOf('deferred@sandbox.test', mail).flatMap(({ details }) => details['attempt'] ?? []);
    expect(attempts).toEqual(['1', 2]);
  });

  it('clicks the first link of the mail, as its reader would follow it', () => {
    expect(lifeOf('clicked@sandbox.test', mail)[3]?.details).toMatchObject({
      url: 'https://rsvp.example/?a=1&b=2',
      url_offset: { index: 0, type: 'html' },
    });
    expect(lifeOf('clicked@sandbox.test', { content: [] })[3]?.details).toMatchObject({
      url: 'https://sandbox.test/',
    });
  });

  it('names the pool and the time of sending where the mail has them', () => {
    const [processed] = lifeOf('ann@example.com', { content: [], ipPoolName: 'main', sendAt: 1_700_000_000 });
    expect(processed?.details).toEqual({ pool: { name: 'main', id: 1 }, send_at: 1_700_000_000 });
  });
});
