import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CodedError, type SendRequestedV1 } from '@qflow/contracts';
import { OutboxRelay } from '@qflow/persistence';
import { eventually } from '@qflow/testing';
import { TemplateHeads } from '../src/comms/template-heads.js';
import type { GuestResult } from '../src/directory/bulk-guest.dto.js';
import { AcceptGuests } from '../src/directory/accept-guests.js';
import type { GuestView } from '../src/directory/guest.dto.js';
import { newIds } from '../src/idempotency/new-ids.js';
import { arrayOf } from './support/lists.js';
import { startGateway, TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

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

const post = (guests: unknown, { token }: TestUser = user, event = eventId): Promise<Answer> =>
  gateway.call('POST', `/api/guests/${event}`, { token, body: guests });

/** A call that is answered item by item. */
async function bulk(guests: object[], owner = user, event = eventId): Promise<GuestResult[]> {
  const answer = await post(guests, owner, event);
  if (answer.status !== 200) throw new Error(answer.text);
  const results = arrayOf<GuestResult>(answer);
  expect(results.map(({ index }) => index)).toEqual(guests.map((_, index) => index));
  return results;
}

const statuses = (results: GuestResult[]): string[] => results.map(({ status }) => status);

const guestOf = async (id: unknown): Promise<GuestView> =>
  (await gateway.call('GET', `/api/guest/${String(id)}`, { token: user.token })).body as unknown as GuestView;

/** The send requests of some guests on the stream, once the outbox has let go of everything. */
async function sendsTo(...attendees: unknown[]): Promise<SendRequestedV1[]> {
  await eventually(async () => (await gateway.count('outbox')) === 0);
  const sends = await gateway.platform.messages.inStream<SendRequestedV1>('SENDS');
  return sends.filter(({ attendeeId }) => attendees.includes(attendeeId));
}

const everyField = () => ({
  id: randomUUID(),
  firstName: 'Ada',
  otherNames: 'King',
  lastName: 'Lovelace',
  email: 'Ada@Example.com',
  plusOnes: 2,
  additionalInfo: 'Vegan\nNo nuts',
  barcode: randomUUID(),
  tags: '{tickettype}VIP,{session}Day 1,speaker',
  validFrom: '2036-06-21T17:00:00.000Z',
  validTo: '2036-06-22T00:00:00.500Z',
  customFields: { 1: 'Table 7' },
  correlationId: 'order-1',
});

describe('a bulk call', () => {
  it('creates guests with every field, and answers each as it is read afterwards', async () => {
    const given = everyField();
    const [full, bare] = await bulk([given, { eventId: eventId.toUpperCase() }]);
    expect(full).toMatchObject({ id: given.id, status: 'created', guest: { ...given, eventId, rsvp: null } });
    expect(bare?.guest?.barcode).toMatch(/^[A-Z0-9]{16}$/);
    expect(await guestOf(given.id)).toEqual(full?.guest);
    expect(await guestOf(bare?.id)).toEqual(bare?.guest);
    expect(await sendsTo(full?.id, bare?.id)).toEqual([]);
  });

  it('rejects bad items alone, and says what is wrong with each', async () => {
    const before = await gateway.count('guests');
    const [id, twice] = [randomUUID(), randomUUID()];
    const results = await bulk([
      { firstName: 'Good' },
      { id: id.toUpperCase(), email: 'nobody', plusOnes: '3' },
      'Ada',
      null,
      [],
      { firstName: 'A\r\nBcc: x@example.com' },
      { id: twice, eventId: randomUUID() },
      { commsTemplateId: templateId },
      { validFrom: '2026-02-02T00:00:00Z', validTo: '2026-02-01T00:00:00Z' },
      { id: 'x', lastName: '\0' },
      { firstName: 'Also good' },
    ] as object[]);
    expect(statuses(results)).toEqual(['created', ...Array<string>(9).fill('rejected'), 'created']);
    const wrong = results
      .slice(1, -1)
      .map(({ error }) => [error?.code, error?.errors?.map(({ path }) => path)]);
    expect(wrong).toEqual(
      [
        ['/email', '/plusOnes'],
        ['/'],
        ['/'],
        ['/'],
        ['/firstName'],
        ['/eventId'],
        ['/email'],
        ['/validTo'],
        ['/id', '/lastName'],
      ].map((paths) => ['validation_error', paths]),
    );
    expect(results.slice(1, -1).map((result) => result.id)).toEqual([
      id,
      null,
      null,
      null,
      null,
      twice,
      null,
      null,
      null,
    ]);
    expect(results[1]).not.toHaveProperty('guest');
    expect(await gateway.count('guests')).toBe(before + 2);
  });

  it.each([
    ['an object', {}],
    ['text', 'guests'],
    ['null', null],
    ['an empty array', []],
    ['201 guests', Array.from({ length: 201 }, () => ({ firstName: 'Ada' }))],
  ])('that is %s is refused as a whole', async (_what, body) => {
    const before = await gateway.count('guests');
    const answer = await post(body);
    expect([answer.status, answer.body.code, answer.body.errors]).toEqual([
      400,
      'validation_error',
      [{ path: '/', message: expect.any(String) }],
    ]);
    expect(await gateway.count('guests')).toBe(before);
  });

  it('takes 200 guests', async () => {
    const results = await bulk(Array.from({ length: 200 }, (_, index) => ({ firstName: `Guest ${index}` })));
    expect(new Set(statuses(results))).toEqual(new Set(['created']));
    expect(results.map(({ guest }) => guest?.firstName)).toEqual(
      Array.from({ length: 200 }, (_, index) => `Guest ${index}`),
    );
    expect(new Set(results.map(({ guest }) => guest?.barcode)).size).toBe(200);
  });

  it('answers under the check-in prefix as well', async () => {
    const path = `/checkin/v1/api/guests/${eventId}`;
    const { status } = await gateway.call('POST', path, { token: user.token, body: [{}] });
    expect(status).toBe(200);
  });
});

describe('an id that is there already', () => {
  it('updates what is given and leaves the rest', async () => {
    const given = everyField();
    await bulk([given]);
    const before = await guestOf(given.id);
    const change = {
      id: given.id,
      firstName: 'Augusta',
      lastName: null,
      plusOnes: 0,
      customFields: { 2: 'Aisle' },
    };
    const [result] = await bulk([change]);
    expect(result?.status).toBe('existing');
    expect(result?.guest).toEqual({
      ...before,
      firstName: 'Augusta',
      plusOnes: 0,
      customFields: { 2: 'Aisle' },
      updated: expect.any(String),
    });
    expect(await guestOf(given.id)).toEqual(result?.guest);
  });

  it('is not "updated" by what it says already', async () => {
    const given = everyField();
    const [created] = await bulk([given]);
    const [again] = await bulk([{ ...given, validFrom: '2036-06-21T19:00:00+02:00' }]);
    expect(again).toEqual({ ...created, status: 'existing' });
    const [changed] = await bulk([{ ...given, tags: 'speaker' }]);
    expect(String(changed?.guest?.updated) > String(created?.guest?.updated)).toBe(true);
    expect(changed?.guest?.created).toBe(created?.guest?.created);
  });

  it('gets no second e-mail, and keeps the template it was created with', async () => {
    const id = randomUUID();
    const other = gateway.fakes.template(user.accountId, eventId).id;
    const [created] = await bulk([{ id, email: 'ada@example.com', commsTemplateId: templateId }]);
    const [updated] = await bulk([{ id, email: 'new@example.com', commsTemplateId: other }]);
    expect(updated?.guest).toMatchObject({
      email: 'new@example.com',
      commsTemplateId: templateId,
      attendeeInvitationId: created?.guest?.attendeeInvitationId,
    });
    expect(await sendsTo(id)).toHaveLength(1);
  });

  it('keeps its answer to the invitation', async () => {
    const id = randomUUID();
    await bulk([{ id }]);
    await gateway.sql(`UPDATE guests SET rsvp = 'yes', rsvp_at = now() WHERE id = $1`, [id]);
    const [updated] = await bulk([{ id, firstName: 'Ada' }]);
    expect(updated?.guest?.rsvp).toBe('yes');
  });

  it('is found even where a new guest would be refused', async () => {
    const id = randomUUID();
    await bulk([{ id, email: 'ada@example.com' }]);
    const gone = { email: 'ada@example.com', commsTemplateId: randomUUID() };
    const results = await bulk([{ id, firstName: 'Ada', ...gone }, gone]);
    expect(statuses(results)).toEqual(['existing', 'rejected']);
    expect(results[1]?.error?.code).toBe('not_found');
    expect((await guestOf(id)).firstName).toBe('Ada');
  });

  it('of another event is rejected and stays as it is', async () => {
    const id = randomUUID();
    const elsewhere = await gateway.event(user);
    await bulk([{ id, firstName: 'There' }], user, elsewhere);
    const [result] = await bulk([{ id, firstName: 'Here' }]);
    expect(result).toMatchObject({ id, status: 'rejected', error: { code: 'not_found' } });
    expect(await guestOf(id)).toMatchObject({ eventId: elsewhere, firstName: 'There' });
  });

  it('is checked against what is stored', async () => {
    const given = everyField();
    await bulk([given]);
    const [result] = await bulk([{ id: given.id, validTo: '2036-06-21T16:59:59Z' }]);
    expect(result?.error?.errors).toEqual([{ path: '/validTo', message: 'must not be before validFrom' }]);
    expect((await guestOf(given.id)).validTo).toBe(given.validTo);
  });

  it('comes twice in one array: created once, then updated', async () => {
    const id = randomUUID();
    const results = await bulk([
      { id, firstName: 'Ada', email: 'ada@example.com', commsTemplateId: templateId },
      { id: id.toUpperCase(), lastName: 'Lovelace', commsTemplateId: templateId, email: 'ada@example.com' },
    ]);
    expect(statuses(results)).toEqual(['created', 'existing']);
    expect(results[0]?.guest).toEqual(results[1]?.guest);
    expect(await guestOf(id)).toMatchObject({ firstName: 'Ada', lastName: 'Lovelace' });
    const [send, ...others] = await sendsTo(id);
    expect(others).toEqual([]);
    expect(send?.merge.guest).toMatchObject({ firstName: 'Ada', lastName: 'Lovelace' });
  });
});

describe('barcodes', () => {
  const taken = {
    code: 'validation_error',
    errors: [{ path: '/barcode', message: 'belongs to another guest of this event' }],
  };

  it('go to the first who asks', async () => {
    const [mine, free] = [randomUUID(), randomUUID()];
    await bulk([{ barcode: mine }]);
    const results = await bulk([{ barcode: mine }, { barcode: free }, { barcode: free }]);
    expect(statuses(results)).toEqual(['rejected', 'created', 'rejected']);
    expect([results[0]?.error, results[2]?.error]).toMatchObject([taken, taken]);
    const elsewhere = await gateway.event(user);
    expect(statuses(await bulk([{ barcode: mine }], user, elsewhere))).toEqual(['created']);
  });

  it('change only to free ones', async () => {
    const [ada, bob] = [everyField(), everyField()];
    await bulk([ada, bob]);
    const free = randomUUID();
    const results = await bulk([
      { id: ada.id, barcode: bob.barcode },
      { id: ada.id, barcode: free },
      { id: bob.id, barcode: bob.barcode },
      { id: bob.id, barcode: ada.barcode },
      { id: randomUUID(), barcode: free },
    ]);
    expect(statuses(results)).toEqual(['rejected', 'existing', 'existing', 'rejected', 'rejected']);
    expect((await guestOf(ada.id)).barcode).toBe(free);
    expect((await guestOf(bob.id)).barcode).toBe(bob.barcode);
    expect(statuses(await bulk([{ id: bob.id, barcode: ada.barcode }]))).toEqual(['existing']);
  });
});

describe('e-mails', () => {
  const invited = (values: object = {}) => ({
    email: 'ada@example.com',
    commsTemplateId: templateId,
    ...values,
  });

  it('are asked for, one for each new guest that has a template', async () => {
    const results = await bulk([
      invited({ firstName: 'Ada', correlationId: 'order-1' }),
      { firstName: 'Not invited' },
      invited({ firstName: 'Bob', correlationId: 'order-2' }),
    ]);
    const sends = await sendsTo(...results.map(({ id }) => id));
    expect(
      sends.map(({ sendId, attendeeId, templateVersion, correlationId, merge }) => [
        sendId,
        attendeeId,
        templateVersion,
        correlationId,
        merge.guest.firstName,
        merge.event.title,
      ]),
    ).toEqual(
      [results[0], results[2]].map((result, index) => [
        result?.guest?.attendeeInvitationId,
        result?.id,
        3,
        `order-${index + 1}`,
        ['Ada', 'Bob'][index],
        'Summer Gala',
      ]),
    );
  });

  it('ask after each template once', async () => {
    const fresh = gateway.fakes.template(user.accountId, eventId).id;
    const asked = gateway.fakes.headsAsked;
    await bulk(Array.from({ length: 50 }, () => invited({ commsTemplateId: fresh })));
    expect(gateway.fakes.headsAsked).toBe(asked + 1);
  });

  it('are refused item by item: unknown, foreign and of another event', async () => {
    const stranger = await gateway.user();
    const foreign = gateway.fakes.template(stranger.accountId, eventId).id;
    const other = gateway.fakes.template(user.accountId, await gateway.event(user)).id;
    const results = await bulk([
      invited({ commsTemplateId: randomUUID() }),
      invited({ commsTemplateId: foreign }),
      invited({ commsTemplateId: other }),
      invited(),
    ]);
    expect(results.map(({ error }) => error?.code)).toEqual([
      'not_found',
      'not_found',
      'template_event_mismatch',
      undefined,
    ]);
    expect(results[0]?.error).toEqual(results[1]?.error);
  });

  it.each([
    [{ comms: false }, 'comms_api_not_enabled'],
    [{ trust: 'pending' as const }, 'trust_required'],
  ])('need an account without %j; guests without one do not', async (values, code) => {
    const account = await gateway.user(values);
    const own = await gateway.event(account);
    const commsTemplateId = gateway.fakes.template(account.accountId, own).id;
    const results = await bulk([{ email: 'a@example.com', commsTemplateId }, {}], account, own);
    expect(results.map(({ status, error }) => [status, error?.code])).toEqual([
      ['rejected', code],
      ['created', undefined],
    ]);
  });

  it('that cannot be promised fail the call as a whole', async () => {
    const before = await gateway.count('guests');
    const lag = jest.spyOn(gateway.get(OutboxRelay), 'lag', 'get').mockReturnValue(20_000);
    const busy = await post([{}, invited()]);
    lag.mockRestore();
    const away = jest
      .spyOn(gateway.get(TemplateHeads), 'require')
      .mockRejectedValue(new CodedError('unavailable', 'Away.', { retryAfter: 2 }));
    const unavailable = await post([{}, invited()]);
    away.mockRestore();
    expect([busy.status, unavailable.status]).toEqual([503, 503]);
    expect(await gateway.count('guests')).toBe(before);
  });
});

describe('repetitions', () => {
  it('with the same ids minted find what was stored, and send nothing again', async () => {
    const seed = '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41';
    const guests = [{ firstName: 'Ada' }, { email: 'b@example.com', commsTemplateId: templateId }];
    const accept = () =>
      gateway.get(AcceptGuests).accept(
        user.accountId,
        eventId,
        guests.map((value, index) => ({ index, value })),
        newIds(seed),
      );
    const first = await accept();
    const second = await accept();
    expect(statuses(first)).toEqual(['created', 'created']);
    expect(second).toEqual(first.map((result) => ({ ...result, status: 'existing' })));
    expect(await sendsTo(...first.map(({ id }) => id))).toHaveLength(1);
  });
});

describe('calls that race', () => {
  const shuffled = <T>(items: readonly T[], turn: number): T[] =>
    items.map((_, index) => items[(index * 7 + turn * 3) % items.length] as T);

  it.each([
    ['new guests', false, false],
    ['new guests with barcodes of their own', false, true],
    ['guests that exist', true, false],
    ['guests that exist, with barcodes of their own', true, true],
  ])('over %s in other orders, on two replicas, all succeed', async (_what, exist, barcodes) => {
    const second = await startGateway(gateway.config);
    const guests = Array.from({ length: 40 }, () => ({
      id: randomUUID(),
      email: 'a@example.com',
      commsTemplateId: templateId,
      ...(barcodes && { barcode: randomUUID() }),
    }));
    if (exist) await bulk(guests);
    const urls = [gateway.service.url, second.url];
    const answers = await Promise.all(
      Array.from({ length: 12 }, async (_, turn) => {
        const response = await fetch(`${urls[turn % 2] as string}/api/guests/${eventId}`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${user.token}`, 'Content-Type': 'application/json' },
          body: JSON.stringify(
            shuffled(
              guests.map((guest) => ({ ...guest, firstName: `Turn ${turn}` })),
              turn,
            ),
          ),
        });
        return { status: response.status, results: (await response.json()) as GuestResult[] };
      }),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const all = answers.flatMap(({ results }) => results);
    expect(all.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(all.filter(({ status }) => status === 'created')).toHaveLength(exist ? 0 : guests.length);
    expect(await sendsTo(...guests.map(({ id }) => id))).toHaveLength(guests.length);
    await second.close();
  });

  it('over the same barcodes for other guests, crosswise and with single ones, are settled without a 5xx', async () => {
    const barcodes = Array.from({ length: 20 }, () => randomUUID());
    const calls = Array.from({ length: 8 }, (_, turn) =>
      post(shuffled(barcodes, turn).map((barcode) => ({ barcode }))),
    );
    const singles = barcodes.map((barcode) =>
      gateway.call('POST', '/api/guest', { token: user.token, body: { eventId, barcode } }),
    );
    const answers = await Promise.all(calls);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const created = answers
      .flatMap((answer) => arrayOf<GuestResult>(answer))
      .filter(({ status }) => status === 'created');
    const single = (await Promise.all(singles)).map(({ status }) => status);
    expect(single.filter((status) => status !== 200 && status !== 400)).toEqual([]);
    expect(created.length + single.filter((status) => status === 200).length).toBe(barcodes.length);
  });
});

describe('another account', () => {
  it('cannot reach an event, in the same words as one that does not exist', async () => {
    const stranger = await gateway.user();
    const before = await gateway.count('guests');
    const theirs = await post([{}], stranger);
    const unknown = await post([{}], stranger, randomUUID());
    expect([theirs.status, theirs.body.code]).toEqual([404, 'not_found']);
    expect({ ...theirs.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
    expect(await gateway.count('guests')).toBe(before);
  });

  it('may use the same ids, and changes only its own guests', async () => {
    const stranger = await gateway.user();
    const theirs = await gateway.event(stranger);
    const id = randomUUID();
    await bulk([{ id, firstName: 'Mine' }]);
    const [result] = await bulk([{ id, firstName: 'Theirs' }], stranger, theirs);
    expect(result?.status).toBe('created');
    expect((await guestOf(id)).firstName).toBe('Mine');
  });
});
