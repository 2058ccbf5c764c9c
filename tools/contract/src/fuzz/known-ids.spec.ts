import { describe, expect, it } from '@jest/globals';
import { KnownIds } from './known-ids.js';

const token = 'a'.repeat(40);

describe('KnownIds', () => {
  it('knows by the address what an id is of', () => {
    const ids = new KnownIds();
    ids.learn('/api/event', { id: 'e1', title: 'Gala' });
    ids.learn('/api/comms/template', { id: 't1', eventId: 'e2' });
    expect(ids.for('/api/guest')('eventId')).toEqual(['e1', 'e2']);
    expect(ids.for('/api/comms/template/{id}')('id')).toEqual(['t1']);
    expect(ids.for('/api/event')('title')).toEqual([]);
  });

  it('takes addresses for known where they are what a list is about', () => {
    const ids = new KnownIds();
    ids.learn('/api/guest', { email: 'guest@example.com' });
    ids.learn('/api/comms/suppressions', [{ email: 'gone@example.com' }]);
    expect(ids.for('/api/comms/suppression/delete')('email')).toEqual(['gone@example.com']);
    expect(ids.for('/api/guest')('email')).toEqual([]);
  });

  it('finds the links in an e-mail', () => {
    const ids = new KnownIds();
    ids.learn('', {
      html: `<a href="http://x/rsvp/y${token}">Yes</a> <img src="http://x/qr/q${token}.png">`,
    });
    expect(ids.for('/rsvp/{token}')('token')).toEqual([`y${token}`]);
    expect(ids.for('/qr/{token}.png')('token')).toEqual([`q${token}`]);
  });
});
