import { randomUUID } from 'node:crypto';
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

  it('tells the ids of one address apart', () => {
    const ids = new KnownIds();
    const log = '/api/comms/webhooks/{id}/deliveries';
    ids.learn('/api/comms/webhooks', { id: 'w1' });
    ids.learn(log, [{ id: 'd1', eventId: 'e1' }]);
    ids.learn('/api/comms/webhooks/{id}/replay', { id: 'r1' });
    ids.learn('/api/comms/webhooks/{id}/test', { id: 't1' });
    ids.learn('/api/v1/webhooks', { success: true, data: { id: 'w2', uid: 'w2' } });
    expect(ids.for(log)('id')).toEqual(['w1', 'w2']);
    expect(ids.for(`${log}/{deliveryId}/retry`)('id')).toEqual(['w1', 'w2']);
    expect(ids.for(`${log}/{deliveryId}/retry`)('deliveryId')).toEqual(['d1']);
    expect(ids.for('/api/comms/webhooks/{id}/replays/{replayId}/cancel')('replayId')).toEqual(['r1']);
    expect(ids.for('/api/v1/webhooks/{uid}')('uid')).toEqual(['w1', 'w2']);
    expect(ids.for('/api/comms/webhooks')('id')).toEqual(['w1', 'w2']);
  });

  it('puts together what belongs together', () => {
    const ids = new KnownIds();
    const [webhook, other, delivery] = [randomUUID(), randomUUID(), randomUUID()];
    const address = (id: string): string => `/api/comms/webhooks/${id}/deliveries`;
    ids.learnPlaces(`${address(webhook)}?limit=3`, [{ id: delivery, eventId: randomUUID() }]);
    ids.learnPlaces('/api/comms/webhooks', [{ id: other }]);
    const enveloped = randomUUID();
    ids.learnPlaces(`/api/v1/webhooks/${webhook}/deliveries`, { success: true, data: [{ id: enveloped }] });
    expect(ids.together(`${address(other)}/${enveloped}`)).toBe(`${address(webhook)}/${enveloped}`);
    expect(ids.together(`${address(other)}/${delivery}/retry`)).toBe(`${address(webhook)}/${delivery}/retry`);
    for (const same of [address(other), `${address(other)}/${other}`, '/api/guest'])
      expect(ids.together(same)).toBe(same);
  });

  it('lets go of what was deleted', () => {
    const ids = new KnownIds();
    const [gone, kept] = [randomUUID(), randomUUID()];
    ids.learn('/api/comms/webhooks', [{ id: gone }, { id: kept }]);
    ids.forget(`/api/v1/webhooks?id=${gone}`);
    expect(ids.for('/api/comms/webhooks/{id}')('id')).toEqual([kept]);
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
      html: `<a href="http://x/rsvp/y${token}">Yes</a> <img src="http://x/qr/q${token}.png"> http://x/unsubscribe/u${token}`,
    });
    expect(ids.for('/rsvp/{token}')('token')).toEqual([`y${token}`]);
    expect(ids.for('/qr/{token}.png')('token')).toEqual([`q${token}`]);
    expect(ids.for('/unsubscribe/{token}')('token')).toEqual([`u${token}`]);
  });
});
