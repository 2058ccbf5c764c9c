import { randomUUID } from 'node:crypto';
import { toUSVString } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { GuestResult } from '../src/directory/bulk-guest.dto.js';
import {
  anything,
  email,
  guid,
  instant,
  line,
  localTime,
  orSpoilt,
  storable,
  text,
  zone,
} from './support/hostile.js';
import { arrayOf } from './support/lists.js';
import { TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let user: TestUser;
let eventId: string;

beforeAll(async () => {
  gateway = await TestGateway.start();
  user = await gateway.user();
  eventId = await gateway.event(user);
});
afterAll(() => gateway.stop());

type Fields = Record<string, unknown>;

const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
  gateway.call(method, path, { token: user.token, ...(body !== undefined && { body }) });

/** One field, or none, of those that a record may have, and in it whatever. */
const oneOf = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Fields> =>
  fc.oneof(...Object.entries(fields).map(([name, value]) => value.map((one): Fields => ({ [name]: one }))));

const guest = orSpoilt(
  fc.record<Fields>(
    {
      id: fc.oneof(
        fc.uuid(),
        fc.uuid().map((id) => id.toUpperCase()),
      ),
      firstName: line,
      otherNames: line,
      lastName: line,
      email: fc.emailAddress(),
      plusOnes: fc.integer({ min: 0, max: 1000 }),
      additionalInfo: storable,
      barcode: fc.stringMatching(/^[!-~]{10,50}$/),
      tags: storable,
      validFrom: fc.constantFrom(
        '0001-01-01T00:00:00Z',
        '2026-06-21T19:00:00.5+02:00',
        '1999-12-31t23:59:59.999z',
      ),
      validTo: fc.constantFrom('9999-12-31T23:59:59Z', '2036-02-29T00:00:00-12:00'),
      customFields: fc.dictionary(fc.constantFrom('1', '2', 'table', 'constructor'), storable),
      correlationId: line,
      unknown: storable,
    },
    { requiredKeys: [] },
  ),
  oneOf({
    id: fc.oneof(guid, anything),
    firstName: anything,
    otherNames: anything,
    lastName: anything,
    email: fc.oneof(email, anything),
    plusOnes: fc.oneof(fc.integer({ min: -1, max: 1001 }), anything),
    additionalInfo: anything,
    barcode: fc.oneof(fc.string({ minLength: 8, maxLength: 51 }), anything),
    tags: anything,
    validFrom: fc.oneof(instant, anything),
    validTo: fc.oneof(instant, anything),
    customFields: fc.oneof(fc.dictionary(fc.constantFrom('1', 'a/b', '', ' '), anything), anything),
    correlationId: anything,
    unknown: text,
  }),
);

const event = orSpoilt(
  fc.record<Fields>(
    {
      title: line.filter((one) => one !== ''),
      startTime: fc.constantFrom('0001-01-01T00:00', '2036-03-30T01:30', '2036-10-26T01:30:00'),
      endTime: fc.constantFrom('2036-10-26T01:30', '9999-12-31T23:59:59'),
      timeZoneId: fc.constantFrom('Europe/London', 'Pacific/Apia', 'europe/london'),
      companyName: line,
    },
    { requiredKeys: ['title', 'startTime', 'endTime', 'timeZoneId'] },
  ),
  oneOf({
    title: anything,
    startTime: fc.oneof(localTime, anything),
    endTime: fc.oneof(localTime, anything),
    timeZoneId: fc.oneof(zone, anything),
    companyName: anything,
  }),
);

/** What a faithful server answers for what was sent: times in one spelling, ids in lower case, null as nothing. */
function faithful(sent: Fields): Fields {
  const known = Object.entries(sent).filter(([name, value]) => name !== 'unknown' && value !== null);
  return Object.fromEntries(
    known.map(([name, value]) => {
      if (name === 'id') return [name, String(value).toLowerCase()];
      return name.startsWith('valid') ? [name, new Date(String(value)).toISOString()] : [name, value];
    }),
  );
}

interface Refusal {
  code?: unknown;
  errors?: unknown;
}

/** Every place that is named is one that was sent, or one that had to be. */
function expectNamed({ code, errors }: Refusal, sent: Fields, ...required: string[]): void {
  expect(code).toBe('validation_error');
  const named = (errors as { path: string; message: string }[]).map(({ path, message }) => {
    expect(message).not.toBe('');
    return path.split('/')[1] ?? '';
  });
  expect(named.length).toBeGreaterThan(0);
  const fields = [...Object.keys(sent), ...required];
  for (const name of named) expect(fields).toContain(name);
}

const isUnbroken = (value: unknown): boolean => !/[\r\n]/.test(String(value));

describe('guests of any shape', () => {
  it('in a bulk call are stored as they were sent, or refused by name', async () => {
    const counts = { created: 0, rejected: 0 };
    const run = async (guests: Fields[]): Promise<void> => {
      const before = await gateway.count('guests');
      const answer = await call('POST', `/api/guests/${eventId}`, guests);
      expect(answer.status).toBe(200);
      const results = arrayOf<GuestResult>(answer);
      for (const [index, { status, id, guest: stored, error }] of results.entries()) {
        const sent = guests[index] as Fields;
        if (status === 'rejected') {
          expectNamed(error as Refusal, sent);
          counts.rejected++;
          continue;
        }
        expect(status).toBe('created');
        expect(stored).toMatchObject(faithful(sent));
        for (const header of ['firstName', 'otherNames', 'lastName', 'email', 'correlationId'] as const)
          expect(isUnbroken(stored?.[header])).toBe(true);
        expect((await call('GET', `/api/guest/${String(id)}`)).body).toEqual(stored);
        counts.created++;
      }
      const created = results.filter(({ status }) => status === 'created').length;
      expect(await gateway.count('guests')).toBe(before + created);
    };
    await fc.assert(fc.asyncProperty(fc.array(guest, { minLength: 1, maxLength: 25 }), run), { numRuns: 60 });
    // The property means something only where both happen.
    expect(Math.min(counts.created, counts.rejected)).toBeGreaterThan(50);
  });

  it('alone are stored as they were sent, or refused by name', async () => {
    const run = async (sent: Fields): Promise<void> => {
      const before = await gateway.count('guests');
      const { status, body } = await call('POST', '/api/guest', { ...sent, eventId });
      if (status === 200) expect(body).toMatchObject({ ...faithful(sent), eventId });
      else {
        expect(status).toBe(400);
        expectNamed(body, sent);
      }
      expect(await gateway.count('guests')).toBe(before + (status === 200 ? 1 : 0));
    };
    await fc.assert(fc.asyncProperty(guest, run), { numRuns: 150 });
  });

  it('change an existing guest as they were sent, or not at all', async () => {
    const id = randomUUID();
    await call('POST', '/api/guest', { id, eventId });
    const run = async (sent: Fields): Promise<void> => {
      const before = (await call('GET', `/api/guest/${id}`)).body;
      const answer = await call('POST', `/api/guests/${eventId}`, [{ ...sent, id }]);
      const [result] = arrayOf<GuestResult>(answer);
      const after = (await call('GET', `/api/guest/${id}`)).body;
      if (result?.status === 'existing')
        expect(after).toEqual({ ...before, ...faithful({ ...sent, id }), updated: after.updated });
      else {
        // `validTo` may clash with a `validFrom` that is there already.
        expectNamed(result?.error as Refusal, sent, 'validTo');
        expect(after).toEqual(before);
      }
    };
    await fc.assert(fc.asyncProperty(guest, run), { numRuns: 150 });
  });
});

describe('events of any shape', () => {
  const withSeconds = (time: unknown): string => `${String(time)}:00`.slice(0, 19);
  const stored = (sent: Fields): Fields => ({
    ...sent,
    startTime: withSeconds(sent.startTime),
    endTime: withSeconds(sent.endTime),
    companyName: sent.companyName ?? null,
  });

  it('are stored as they were sent, or refused by name; and changed likewise', async () => {
    const id = await gateway.event(user);
    const run = async (sent: Fields): Promise<void> => {
      const [events, before] = [await gateway.count('events'), (await call('GET', `/api/event/${id}`)).body];
      const created = await call('POST', '/api/event', sent);
      const changed = await call('PUT', `/api/event/${id}`, sent);
      expect([created.status, changed.status]).toEqual(created.status === 200 ? [200, 200] : [400, 400]);
      const after = (await call('GET', `/api/event/${id}`)).body;
      if (created.status === 200) {
        expect(created.body).toMatchObject(stored(sent));
        expect((await call('GET', `/api/event/${String(created.body.id)}`)).body).toEqual(created.body);
        expect(after).toMatchObject(stored(sent));
        expect(isUnbroken(after.title) && isUnbroken(after.companyName ?? '')).toBe(true);
      } else {
        expectNamed(created.body, sent, 'endTime');
        expect(changed.body.errors).toEqual(created.body.errors);
        expect(after).toEqual(before);
      }
      expect(await gateway.count('events')).toBe(events + (created.status === 200 ? 1 : 0));
    };
    await fc.assert(fc.asyncProperty(event, run), { numRuns: 150 });
  });
});

describe('addresses with any id', () => {
  it.each(['/api/event/', '/api/guest/', '/api/guests/', '/rsvp/', '/qr/'])(
    '%s… are refused, never a 5xx',
    async (path) => {
      const run = async (id: string): Promise<void> => {
        const suffix = path === '/qr/' ? '.png' : '';
        const { status } = await call(
          'GET',
          `${path}${encodeURIComponent(id)}${suffix}?after=${encodeURIComponent(id)}`,
        );
        expect([400, 404]).toContain(status);
      };
      const id = fc.oneof(
        text.filter((one) => toUSVString(one) === one),
        fc.uuid(),
      );
      await fc.assert(
        fc.asyncProperty(
          id.filter((one) => !/^\.{0,2}$/.test(one)),
          run,
        ),
        { numRuns: 80 },
      );
    },
  );
});
