import { describe, expect, it } from '@jest/globals';
import { CodedError } from '@qflow/contracts';
import { newIds } from '../idempotency/new-ids.js';
import type { GuestFields } from './guest.dto.js';
import type { StoredGuest } from './guest-row.js';
import { mintGuestIds, newGuest } from './new-guest.js';
import { planUpsert, type GuestItem, type KnownGuests, type UpsertPlan } from './plan-upsert.js';

const accountId = '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41';
const eventId = '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e42';
const rowOf = (given: GuestFields, event = eventId): StoredGuest => ({
  ...newGuest(accountId, { ...given, eventId: event }, null, mintGuestIds(newIds(undefined))),
  rsvp: null,
  updated_at: '2026-01-01T00:00:00.000Z',
});

const item = (id: string, given: GuestFields = {}): GuestItem => ({
  id,
  isFresh: false,
  given,
  create: () => rowOf({ ...given, id }),
});
const known = (...guests: StoredGuest[]): KnownGuests => ({
  byId: new Map(guests.map((guest) => [guest.id, guest])),
  byBarcode: new Map(guests.map(({ barcode, id }) => [barcode, id])),
});
const summary = ({ outcomes }: UpsertPlan): string[] =>
  outcomes.map((one) =>
    one.is === 'rejected' ? (one.error.extras.errors?.[0]?.path ?? one.error.code) : one.is,
  );

describe('planUpsert', () => {
  it('creates what is not there, and changes what is different', () => {
    const same = rowOf({ id: 'same', firstName: 'Ada', customFields: { 1: 'x', 2: 'y' } });
    const other = rowOf({ id: 'other', firstName: 'Bob', lastName: 'B.' });
    const plan = planUpsert(
      eventId,
      [
        item('new'),
        item('same', { firstName: 'Ada', customFields: { 2: 'y', 1: 'x' } }),
        item('other', { firstName: 'Rob' }),
      ],
      known(same, other),
    );
    expect(summary(plan)).toEqual(['created', 'existing', 'existing']);
    expect(plan.created.map(({ id }) => id)).toEqual(['new']);
    expect(plan.changed).toEqual([{ ...other, first_name: 'Rob', updated_at: expect.any(String) }]);
    expect(plan.changed[0]?.updated_at).not.toBe(other.updated_at);
    expect(other.first_name).toBe('Bob');
  });

  it('lets the second item with an id find what the first has made of it', () => {
    const plan = planUpsert(
      eventId,
      [item('a', { firstName: 'Ada' }), item('a', { lastName: 'L.' }), item('a', { firstName: 'Augusta' })],
      known(),
    );
    expect(summary(plan)).toEqual(['created', 'existing', 'existing']);
    expect(plan.created).toMatchObject([{ id: 'a', first_name: 'Augusta', last_name: 'L.' }]);
    expect(plan.changed).toEqual([]);
  });

  it('creates with the second item where the first is refused', () => {
    const refused = { ...item('a'), create: new CodedError('not_found', 'The template does not exist.') };
    const plan = planUpsert(eventId, [refused, item('a')], known());
    expect(summary(plan)).toEqual(['not_found', 'created']);
  });

  it('says nothing has changed where changes cancel out', () => {
    const ada = rowOf({ id: 'a', firstName: 'Ada' });
    const plan = planUpsert(
      eventId,
      [item('a', { firstName: 'x' }), item('a', { firstName: 'Ada' })],
      known(ada),
    );
    expect(plan.changed).toEqual([]);
  });

  it('gives a barcode to the first who asks, and none away that is in use', () => {
    const [ada, bob] = [rowOf({ id: 'a', barcode: 'A' }), rowOf({ id: 'b', barcode: 'B' })];
    const plan = planUpsert(
      eventId,
      [
        item('new', { barcode: 'A' }),
        item('a', { barcode: 'FREE' }),
        item('b', { barcode: 'A' }),
        item('newer', { barcode: 'FREE' }),
        item('b', { barcode: 'B' }),
        item('new', { barcode: 'OTHER' }),
      ],
      known(ada, bob),
    );
    expect(summary(plan)).toEqual(['/barcode', 'existing', '/barcode', '/barcode', 'existing', 'created']);
    expect(plan.changed.map(({ id, barcode }) => [id, barcode])).toEqual([['a', 'FREE']]);
  });

  it('leaves guests of other events alone', () => {
    const there = rowOf({ id: 'a' }, 'elsewhere');
    const plan = planUpsert(eventId, [item('a', { firstName: 'x' })], known(there));
    expect(summary(plan)).toEqual(['not_found']);
    expect([plan.created, plan.changed]).toEqual([[], []]);
  });

  it('checks what comes out, not only what is given', () => {
    const ada = rowOf({ id: 'a', validFrom: '2036-06-21T17:00:00Z' });
    const early = planUpsert(eventId, [item('a', { validTo: '2036-06-21T16:59:59Z' })], known(ada));
    expect(summary(early)).toEqual(['/validTo']);
    const same = planUpsert(eventId, [item('a', { validTo: '2036-06-21T19:00:00+02:00' })], known(ada));
    expect(summary(same)).toEqual(['existing']);
  });
});
