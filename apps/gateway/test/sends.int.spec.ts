import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sendStates, type SendSummary } from '@qflow/contracts';
import fc from 'fast-check';
import { arrayOf, nextOf, readAll } from './support/lists.js';
import { TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

interface Result {
  index: number;
  id: string | null;
  status: string;
  send?: object;
  error?: { code: string; detail: string; errors?: { path: string }[]; previous?: object };
}

let gateway: TestGateway;
let user: TestUser;
let eventId: string;
let templateId: string;

beforeAll(async () => {
  gateway = await TestGateway.start();
  user = await gateway.user();
  eventId = await gateway.event(user);
  templateId = gateway.fakes.template(user.accountId, eventId, { version: 3 }).id;
});
afterAll(() => gateway.stop());

const post = (
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  by = user,
): Promise<Answer> => gateway.call('POST', path, { token: by.token, body, headers });

const bulk = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  post('/api/comms/sends', body, headers);

/** Guests of the event, by their ids. */
async function guests(count: number, values: object = {}): Promise<string[]> {
  const body = Array.from({ length: count }, () => ({ email: 'ada@example.com', ...values }));
  const answer = await post(`/api/guests/${eventId}`, body);
  return arrayOf<Result>(answer).map(({ id }) => id as string);
}

const lastChunk = () => gateway.fakes.sender.chunks.at(-1) ?? [];

describe('POST /api/comms/sends', () => {
  it('asks for all of them in one message, and answers one by one, in order', async () => {
    const attendees = await guests(200, { firstName: 'Ada' });
    const asked = gateway.fakes.headsAsked;
    const answer = await bulk(
      attendees.map((attendeeId) => ({ attendeeId, templateId, correlationId: 'batch' })),
    );
    expect(answer.status).toBe(200);
    const results = arrayOf<Result>(answer);
    expect(results.map(({ index, status }) => [index, status])).toEqual(
      attendees.map((_, index) => [index, 'created']),
    );
    for (const { id, send } of results) expect(send).toEqual({ attendeeInvitationId: id, status: 'queued' });
    expect(lastChunk().map(({ attendeeId }) => attendeeId)).toEqual(attendees);
    expect(lastChunk()[0]).toMatchObject({
      accountId: user.accountId,
      requestId: null,
      eventId,
      templateId,
      templateVersion: 3,
      correlationId: 'batch',
      guestSend: null,
      merge: { guest: { firstName: 'Ada' }, event: { title: 'Summer Gala' } },
    });
    expect(gateway.fakes.headsAsked - asked).toBeLessThanOrEqual(1);
  });

  it('rejects what is wrong, item by item, and sends the others', async () => {
    const stranger = await gateway.user();
    const theirTemplate = gateway.fakes.template(stranger.accountId, eventId).id;
    const elsewhere = gateway.fakes.template(user.accountId, await gateway.event(user)).id;
    const [good, refused, waiting] = await guests(3);
    const [silent] = await guests(1, { email: null });
    const theirs = await post('/api/guest', { eventId: await gateway.event(stranger) }, {}, stranger);
    const previous = {
      attendeeInvitationId: randomUUID(),
      status: 'bounced',
      at: '2026-04-29T10:23:00.000Z',
    };
    const ticket = { attendeeInvitationId: randomUUID(), status: 'sending' } as const;
    gateway.fakes.sender.results.set(refused as string, {
      is: 'rejected',
      code: 'previous_send_permanently_failed',
      detail: 'It bounced.',
      extras: { previous },
    });
    gateway.fakes.sender.results.set(waiting as string, { is: 'existing', ticket });
    const results = arrayOf<Result>(
      await bulk([
        { attendeeId: good, templateId },
        { attendeeId: 5 },
        'nonsense',
        { attendeeId: randomUUID(), templateId },
        { attendeeId: theirs.body.id, templateId },
        { attendeeId: good, templateId: randomUUID() },
        { attendeeId: good, templateId: theirTemplate },
        { attendeeId: good, templateId: elsewhere },
        { attendeeId: silent, templateId },
        { attendeeId: refused, templateId },
        { attendeeId: waiting, templateId },
        { attendeeId: good?.toUpperCase(), templateId: templateId.toUpperCase() },
      ]),
    );
    expect(results.map(({ index, status, error }) => [index, status, error?.code ?? null])).toEqual([
      [0, 'created', null],
      [1, 'rejected', 'validation_error'],
      [2, 'rejected', 'validation_error'],
      [3, 'rejected', 'not_found'],
      [4, 'rejected', 'not_found'],
      [5, 'rejected', 'not_found'],
      [6, 'rejected', 'not_found'],
      [7, 'rejected', 'template_event_mismatch'],
      [8, 'rejected', 'validation_error'],
      [9, 'rejected', 'previous_send_permanently_failed'],
      [10, 'existing', null],
      [11, 'created', null],
    ]);
    expect(results[1]?.error?.errors?.map(({ path }) => path).sort()).toEqual(['/attendeeId', '/templateId']);
    expect(results[9]?.error).toEqual({ code: expect.any(String), detail: 'It bounced.', previous });
    expect(results[10]).toEqual({
      index: 10,
      id: ticket.attendeeInvitationId,
      status: 'existing',
      send: ticket,
    });
    expect(results.filter(({ status }) => status === 'rejected').every(({ id }) => id === null)).toBe(true);
    expect(lastChunk()).toHaveLength(4);
    gateway.fakes.sender.results.clear();
  });

  it('asks nobody where nothing is right', async () => {
    const asked = gateway.fakes.sender.chunks.length;
    const results = arrayOf<Result>(await bulk([{}, { attendeeId: randomUUID(), templateId }]));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(gateway.fakes.sender.chunks).toHaveLength(asked);
  });

  it.each<[string, unknown]>([
    ['no array', { attendeeId: randomUUID() }],
    ['nothing', []],
    ['201 items', Array.from({ length: 201 }, () => ({}))],
  ])('refuses %s', async (_what, body) => {
    const answer = await bulk(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_error']);
  });

  it('passes on the caller’s ids, and with an Idempotency-Key ids that a repetition has again', async () => {
    const attendees = await guests(3);
    const [own] = [randomUUID()];
    const body = attendees.map((attendeeId, index) => ({
      attendeeId,
      templateId,
      ...(index === 1 && { id: own }),
    }));
    await bulk(body);
    expect(lastChunk().map(({ requestId }) => requestId)).toEqual([null, own, null]);
    await bulk(body, { 'Idempotency-Key': randomUUID() });
    const ids = lastChunk().map(({ requestId }) => requestId);
    expect(ids[1]).toBe(own);
    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain(null);
  });

  it('goes in messages that fit where the guests have much to say, and keeps the order', async () => {
    const attendees = await guests(10, {
      customFields: Object.fromEntries(Array.from({ length: 90 }, (_, index) => [index, 'x'.repeat(900)])),
    });
    const many = Array.from({ length: 60 }, (_, index) => attendees[index % 10] as string);
    const before = gateway.fakes.sender.chunks.length;
    const results = arrayOf<Result>(await bulk(many.map((attendeeId) => ({ attendeeId, templateId }))));
    const chunks = gateway.fakes.sender.chunks.slice(before);
    expect(chunks.length).toBeGreaterThan(1);
    for (const chunk of chunks)
      expect(Buffer.byteLength(JSON.stringify({ requests: chunk }))).toBeLessThan(1024 * 1024);
    expect(chunks.flat().map(({ attendeeId }) => attendeeId)).toEqual(many);
    expect(results.map(({ status }) => status)).toEqual(many.map(() => 'created'));

    // A sender that goes away half way: what it has taken is told, and so is what it has not.
    gateway.fakes.sender.chunksUntilAway = 1;
    const half = arrayOf<Result>(await bulk(many.map((attendeeId) => ({ attendeeId, templateId }))));
    const taken = gateway.fakes.sender.chunks.at(-1)?.length ?? 0;
    expect(half.map(({ status }) => status)).toEqual(
      many.map((_, index) => (index < taken ? 'created' : 'rejected')),
    );
    expect(half.at(-1)?.error?.code).toBe('unavailable');
    expect(gateway.fakes.sender.chunksUntilAway).toBe(-1);
    gateway.fakes.sender.chunksUntilAway = 0;
    const none = await bulk(many.map((attendeeId) => ({ attendeeId, templateId })));
    expect([none.status, none.body.code]).toEqual([503, 'unavailable']);
    gateway.fakes.sender.chunksUntilAway = Infinity;
  });

  it('with an Idempotency-Key fails where some are left over, and finds the others when repeated', async () => {
    const [first] = await guests(1, {
      customFields: Object.fromEntries(Array.from({ length: 90 }, (_, index) => [index, 'x'.repeat(900)])),
    });
    const body = Array.from({ length: 20 }, () => ({ attendeeId: first, templateId }));
    const key = { 'Idempotency-Key': randomUUID() };
    gateway.fakes.sender.chunksUntilAway = 1;
    const half = await bulk(body, key);
    gateway.fakes.sender.chunksUntilAway = Infinity;
    expect([half.status, half.body.code]).toEqual([503, 'unavailable']);
    const taken = lastChunk().map(({ requestId }) => requestId);
    const start = gateway.fakes.sender.chunks.length;
    expect((await bulk(body, key)).status).toBe(200);
    const again = gateway.fakes.sender.chunks.slice(start).flat();
    expect(again.map(({ requestId }) => requestId)).toEqual(expect.arrayContaining(taken));
    expect(again).toHaveLength(20);
  });

  it('answers a repetition as before, also where the template has been deleted since', async () => {
    const [first, second] = await guests(2);
    const gone = randomUUID();
    const [bulked, single] = [randomUUID(), randomUUID()];
    const ticket = { attendeeInvitationId: randomUUID(), status: 'delivered' } as const;
    for (const id of [bulked, single]) gateway.fakes.sender.requested.set(id, ticket);
    const results = arrayOf<Result>(
      await bulk([
        { id: randomUUID(), attendeeId: first, templateId: gone },
        { attendeeId: first, templateId },
        { id: bulked, attendeeId: second, templateId: gone },
      ]),
    );
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'created', 'existing']);
    expect(results[2]?.send).toEqual(ticket);
    const repeated = await post('/api/comms/send', { id: single, attendeeId: first, templateId: gone });
    expect([repeated.status, repeated.body]).toEqual([200, ticket]);
    const other = await post('/api/comms/send', { id: randomUUID(), attendeeId: first, templateId: gone });
    expect(other.status).toBe(404);
  });

  it('takes anything for an item, and answers for each', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.anything({ maxDepth: 3 }),
            fc.record({ attendeeId: fc.uuid(), templateId: fc.string() }),
          ),
          {
            minLength: 1,
            maxLength: 20,
          },
        ),
        async (items) => {
          const raw = JSON.stringify(
            items.map((item) => (item === undefined ? null : item)),
            (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
          );
          const { status, body } = await gateway.call('POST', '/api/comms/sends', {
            token: user.token,
            raw,
            headers: { 'Content-Type': 'application/json' },
          });
          // Depth, duplicate names and the like are wrong with the body as a whole.
          if (status === 400) return expect(body.code).toBe('validation_error');
          expect(status).toBe(200);
          return expect((body as unknown as Result[]).map(({ status: one }) => one)).toEqual(
            items.map(() => 'rejected'),
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('POST /api/comms/send', () => {
  it('with an Idempotency-Key comes with an id that a repetition has again; without one with none', async () => {
    const [attendeeId] = await guests(1);
    await post('/api/comms/send', { attendeeId, templateId });
    expect(gateway.fakes.requested.at(-1)?.requestId).toBeNull();
    await post('/api/comms/send', { attendeeId, templateId }, { 'Idempotency-Key': 'order-77' });
    expect(gateway.fakes.requested.at(-1)?.requestId).toEqual(expect.stringMatching(/^[0-9a-f-]{36}$/));
    const id = randomUUID();
    await post('/api/comms/send', { id, attendeeId, templateId }, { 'Idempotency-Key': 'order-78' });
    expect(gateway.fakes.requested.at(-1)?.requestId).toBe(id);
  });
});

describe('GET /api/comms/sends', () => {
  const summary = (): SendSummary => ({
    attendeeInvitationId: randomUUID(),
    attendeeId: randomUUID(),
    templateId,
    templateVersion: 1,
    eventId,
    correlationId: null,
    status: 'delivered',
    error: null,
    attempts: 1,
    created: '2026-04-29T10:23:00.000Z',
    updated: '2026-04-29T10:23:03.000Z',
  });
  const list = (query = '', { token }: TestUser = user): Promise<Answer> =>
    gateway.call('GET', `/api/comms/sends${query}`, { token });

  it('answers a bare array, page by page', async () => {
    const sends = Array.from({ length: 130 }, summary);
    gateway.fakes.sender.sends.set(user.accountId, sends);
    const first = await list();
    expect([first.status, arrayOf(first).length]).toEqual([200, 50]);
    expect(nextOf(first)).toBe('/api/comms/sends?after=50');
    expect(await readAll(gateway, user, '/api/comms/sends?limit=60&status=delivered')).toEqual(sends);
    expect(await readAll(gateway, user, '/comms/v1/api/comms/sends')).toEqual(sends);
    expect(arrayOf(await list('', await gateway.user()))).toEqual([]);
  });

  it('asks for exactly what the filters say, and for the caller’s account', async () => {
    const [attendeeId, correlationId] = [randomUUID(), 'order 1/2 & é'];
    const query = new URLSearchParams({
      attendeeId: attendeeId.toUpperCase(),
      templateId,
      status: 'spam_reported',
      correlationId,
      limit: '200',
      accountId: randomUUID(),
    });
    expect((await list(`?${query.toString()}`)).status).toBe(200);
    expect(gateway.fakes.sender.searches.at(-1)).toEqual({
      accountId: user.accountId,
      attendeeId,
      templateId,
      status: 'spam_reported',
      correlationId,
      after: null,
      limit: 200,
    });
  });

  it.each([
    ['?attendeeId=x', '/attendeeId'],
    ['?attendeeId=', '/attendeeId'],
    [`?templateId=${randomUUID()}&templateId=${randomUUID()}`, '/templateId'],
    ['?status=lost', '/status'],
    ['?status=', '/status'],
    ['?limit=0', '/limit'],
    ['?limit=201', '/limit'],
    ['?limit=1e2', '/limit'],
    ['?after=nonsense', '/after'],
    [`?correlationId=${'x'.repeat(201)}`, '/correlationId'],
    ['?correlationId=%00', '/correlationId'],
  ])('refuses %s by name', async (query, path) => {
    const { status, body } = await list(query);
    expect([status, body.code]).toEqual([400, 'validation_error']);
    expect((body.errors as { path: string }[]).map((error) => error.path)).toContain(path);
  });

  it('answers 200 or a 400 that names a parameter, whatever the query', async () => {
    const names = ['attendeeId', 'templateId', 'status', 'correlationId', 'after', 'limit'];
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.uuid(),
      fc.constantFrom(...sendStates),
      fc.integer().map(String),
    );
    const query = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...names), fc.string()), value), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(query, async (pairs) => {
        const { status, body } = await list(`?${new URLSearchParams(pairs).toString()}`);
        if (status === 200) return;
        expect([status, body.code]).toEqual([400, 'validation_error']);
        expect((body.errors as object[]).length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});
