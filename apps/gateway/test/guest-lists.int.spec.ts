import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GuestView } from '../src/directory/guest.dto.js';
import { arrayOf, nextOf, readAll } from './support/lists.js';
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

const list = (query = '', { token }: TestUser = user, event = eventId): Promise<Answer> =>
  gateway.call('GET', `/api/guests/${event}${query}`, { token });

const create = async (body: object, event: string): Promise<GuestView> =>
  (await gateway.call('POST', '/api/guest', { token: user.token, body: { eventId: event, ...body } }))
    .body as unknown as GuestView;

describe('GET /api/guests/{eventId}', () => {
  it('lists newest first, page by page, also guests stored in the same moment, while others are added', async () => {
    const event = await gateway.event(user);
    const body = Array.from({ length: 120 }, (_, index) => ({ firstName: `Guest ${index}` }));
    await gateway.call('POST', `/api/guests/${event}`, { token: user.token, body });
    const last = await create({ firstName: 'Last' }, event);
    await create({ firstName: 'Elsewhere' }, eventId);
    const listed = await readAll<GuestView>(gateway, user, `/api/guests/${event}?limit=50`, () =>
      create({ firstName: 'Later' }, event),
    );
    expect(listed[0]).toEqual(last);
    expect(listed).toHaveLength(121);
    expect(new Set(listed.map(({ firstName }) => firstName)).size).toBe(121);
    const order = listed.map(({ created, id }) => `${created} ${id}`);
    expect(order).toEqual([...order].sort().reverse());
  });

  it('ends a page before it is more than one answer should hold', async () => {
    const event = await gateway.event(user);
    const customFields = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [n, 'x'.repeat(2000)]));
    const guests: GuestView[] = [];
    for (let index = 0; index < 25; index++) guests.push(await create({ customFields }, event));
    const first = arrayOf<GuestView>(await list('?limit=200', user, event));
    expect(first.length).toBeGreaterThan(15);
    expect(first.length).toBeLessThan(25);
    const all = await readAll<GuestView>(gateway, user, `/api/guests/${event}?limit=200`);
    expect(all.map(({ id }) => id)).toEqual(guests.map(({ id }) => id).reverse());
  });

  it('finds guests by address, in any letter case', async () => {
    const event = await gateway.event(user);
    const twins = [
      await create({ email: 'Ada@Example.com' }, event),
      await create({ email: 'ada@example.com' }, event),
    ];
    await create({ email: 'bob@example.com' }, event);
    await create({}, event);
    const path = `/checkin/v1/api/guests/${event}?email=ADA@example.com&limit=1`;
    const found = await readAll<GuestView>(gateway, user, path);
    expect(found).toEqual(twins.reverse());
    expect(arrayOf(await list('?email=nobody@example.com', user, event))).toEqual([]);
  });

  it('goes on with the very same filters, also where one of them holds a question mark', async () => {
    const event = await gateway.event(user);
    const guest = await create({ email: 'ada?@example.com' }, event);
    await create({ email: 'ada?@example.com' }, event);
    await create({ email: 'ada@example.com' }, event);
    const answer = await list('?limit=1&email=ada?@example.com', user, event);
    expect(nextOf(answer)).toContain('email=ada%3F%40example.com&');
    const second = await gateway.call('GET', nextOf(answer) as string, { token: user.token });
    expect(arrayOf(second)).toEqual([guest]);
    expect(nextOf(second)).toBeNull();
  });

  it('finds a guest by barcode', async () => {
    const event = await gateway.event(user);
    const [one] = [await create({ barcode: 'A&B=%+' }, event), await create({ barcode: 'OTHER' }, event)];
    const answer = await list(`?barcode=${encodeURIComponent('A&B=%+')}`, user, event);
    expect(arrayOf(answer)).toEqual([one]);
    expect(nextOf(answer)).toBeNull();
    expect(arrayOf(await list('?barcode=OTHER&email=x@example.com', user, event))).toEqual([]);
  });

  it.each([
    ['?email=nobody', '/email'],
    ['?email=a@example.com&email=b@example.com', '/email'],
    ['?barcode=', '/barcode'],
    ['?barcode=%00', '/barcode'],
    ['?limit=0', '/limit'],
    ['?after=x', '/after'],
  ])('refuses %s', async (query, path) => {
    const { status, body } = await list(query);
    expect([status, body.code]).toEqual([400, 'validation_error']);
    expect((body.errors as { path: string }[]).map((error) => error.path)).toContain(path);
  });

  it('refuses an id that is none', async () => {
    expect((await list('', user, 'x')).body.errors).toMatchObject([{ path: '/eventId' }]);
  });

  it('answers another account like one that asks for an event that does not exist', async () => {
    await create({}, eventId);
    const stranger = await gateway.user();
    const [theirs, unknown] = [await list('', stranger), await list('', user, randomUUID())];
    expect([theirs.status, theirs.body.code]).toEqual([404, 'not_found']);
    expect({ ...theirs.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
  });

  it('reads pages and filters from an index', async () => {
    await gateway.sql(`INSERT INTO guests SELECT (jsonb_populate_record(g, jsonb_build_object(
        'id', gen_random_uuid(), 'barcode', n::text, 'email', n || '@example.com'))).*
      FROM guests g, generate_series(1, 20000) AS n WHERE g.id = (SELECT id FROM guests LIMIT 1)`);
    await gateway.sql('ANALYZE guests');
    const plans = await Promise.all(
      ['', `AND lower(g.email) = lower('a@example.com')`, `AND g.barcode = 'X'`].map((filter) =>
        gateway.sql(`EXPLAIN SELECT g.* FROM guests g WHERE g.account_id = '${user.accountId}'
        AND g.event_id = '${eventId}' AND (g.created_at, g.id) < (now(), '${randomUUID()}') ${filter}
        ORDER BY g.created_at DESC, g.id DESC LIMIT 51`),
      ),
    );
    for (const plan of plans) expect(JSON.stringify(plan)).toContain('Index Scan');
  });
});
