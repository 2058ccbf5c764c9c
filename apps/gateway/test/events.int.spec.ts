import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changeSubjects, type SendRequestedV1 } from '@qflow/contracts';
import { eventually } from '@qflow/testing';
import type { EventView } from '../src/directory/event.dto.js';
import { arrayOf, nextOf, readAll } from './support/lists.js';
import { startGateway, TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let user: TestUser;

beforeAll(async () => {
  gateway = await TestGateway.start();
  user = await gateway.user();
});
afterAll(() => gateway.stop());

const call = (method: string, path: string, body?: object, { token }: TestUser = user): Promise<Answer> =>
  gateway.call(method, path, { token, ...(body && { body }) });

const gala = {
  title: 'Gala',
  startTime: '2036-06-21T19:30:00',
  endTime: '2036-06-21T23:00:00',
  timeZoneId: 'Europe/London',
};

describe('POST /api/event', () => {
  it('answers with every field', async () => {
    const id = randomUUID();
    const times = { startTime: '2036-03-30T02:30', endTime: '2036-03-30T02:30:00' };
    const { status, body } = await call('POST', '/api/event', { ...gala, ...times, id });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...gala,
      id,
      startTime: '2036-03-30T02:30:00',
      endTime: '2036-03-30T02:30:00',
      companyName: null,
      created: expect.any(String),
      updated: body.created,
    });
    expect((await call('GET', `/api/event/${id}`)).body).toEqual(body);
  });

  it('leaves an event as it is when it is created again, also at once', async () => {
    const id = randomUUID();
    const titles = Array.from({ length: 10 }, (_, index) => `Gala ${index}`);
    const answers = await Promise.all(
      titles.map((title) => call('POST', '/api/event', { ...gala, id, title })),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
  });

  it.each([
    // London has no 01:30 that night, and two in October; Samoa left out a whole day; Lord Howe moves by half an hour.
    ['2036-03-30T01:30:00', 'Europe/London'],
    ['2036-10-26T01:30:00', 'Europe/London'],
    ['2011-12-30T12:00:00', 'Pacific/Apia'],
    ['2036-10-05T02:15:00', 'Australia/Lord_Howe'],
    ['0001-01-01T00:00:00', 'UTC'],
    ['9999-12-31T23:59:59', 'Pacific/Kiritimati'],
  ])('keeps %s in %s as it was given', async (time, timeZoneId) => {
    const { body } = await call('POST', '/api/event', {
      ...gala,
      startTime: time,
      endTime: time,
      timeZoneId,
    });
    const read = await call('GET', `/api/event/${String(body.id)}`);
    expect(read.body).toMatchObject({ startTime: time, endTime: time, timeZoneId });
  });
});

describe('PUT /api/event/{id}', () => {
  it('replaces every field, and empties what is missing', async () => {
    const id = await gateway.event(user, { companyName: 'Analytical Events' });
    const { body: before } = await call('GET', `/api/event/${id}`);
    const { status, body } = await call('PUT', `/api/event/${id.toUpperCase()}`, { ...gala, id: 'ignored' });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...gala,
      id,
      companyName: null,
      created: before.created,
      updated: expect.any(String),
    });
    expect(String(body.updated) > String(before.updated)).toBe(true);
    expect((await call('GET', `/checkin/v1/api/event/${id}`)).body).toEqual(body);
  });

  it('changes nothing where nothing is different, not even "updated"', async () => {
    const id = await gateway.event(user, gala);
    const values = { ...gala, companyName: 'Analytical Events' };
    const { text } = await call('GET', `/api/event/${id}`);
    expect((await call('PUT', `/api/event/${id}`, values)).text).toBe(text);
  });

  it('names what is wrong and changes nothing', async () => {
    const id = await gateway.event(user);
    const { text } = await call('GET', `/api/event/${id}`);
    const wrong = { title: 'a\r\nBcc: x@example.com', startTime: 5, endTime: gala.endTime, companyName: '' };
    const { status, body } = await call('PUT', `/api/event/${id}`, wrong);
    expect(status).toBe(400);
    expect((body.errors as { path: string }[]).map(({ path }) => path).sort()).toEqual([
      '/startTime',
      '/timeZoneId',
      '/title',
    ]);
    const backwards = { ...gala, endTime: '2036-06-21T19:29' };
    expect((await call('PUT', `/api/event/${id}`, backwards)).body.errors).toMatchObject([
      { path: '/endTime' },
    ]);
    expect((await call('GET', `/api/event/${id}`)).text).toBe(text);
  });

  it('shows in the next e-mail of every replica, and leaves those asked for before as they were', async () => {
    const second = await startGateway(gateway.config);
    const id = await gateway.event(user, { title: 'Before' });
    const { id: commsTemplateId } = gateway.fakes.template(user.accountId, id);
    const create = async (url: string): Promise<string | undefined> => {
      const response = await fetch(`${url}/api/guest`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${user.token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ eventId: id, email: 'ada@example.com', commsTemplateId }),
      });
      const { attendeeInvitationId } = (await response.json()) as { attendeeInvitationId: string };
      const send = await eventually(async () =>
        (await gateway.platform.messages.inStream<SendRequestedV1>('SENDS')).find(
          ({ sendId }) => sendId === attendeeInvitationId,
        ),
      );
      return send.merge.event.title;
    };
    // Both replicas know the event now.
    expect([await create(gateway.service.url), await create(second.url)]).toEqual(['Before', 'Before']);
    const announced: unknown[] = [];
    const { connection } = gateway.platform.messages;
    connection.subscribe(changeSubjects.event, {
      callback: (_, message) => void announced.push(message.json()),
    });
    await connection.flush();
    await call('PUT', `/api/event/${id}`, { ...gala, title: 'After' });
    expect(await create(gateway.service.url)).toBe('After');
    await eventually(async () => (await create(second.url)) === 'After');
    expect(announced).toEqual([{ accountId: user.accountId, eventId: id }]);
    await second.close();
  });
});

describe('GET /api/events', () => {
  it('lists newest first, page by page, while events are added and changed', async () => {
    const owner = await gateway.user();
    const ids: string[] = [];
    for (let index = 0; index < 7; index++) ids.push(await gateway.event(owner, { title: `Event ${index}` }));
    const listed = await readAll<EventView>(gateway, owner, '/api/events?limit=3', async () => {
      await gateway.event(owner, { title: 'Later' });
      await call('PUT', `/api/event/${String(ids[0])}`, { ...gala, title: 'Moved' }, owner);
    });
    expect(listed.map(({ id }) => id)).toEqual([...ids].reverse());
    expect(listed.at(-1)).toMatchObject({ title: 'Moved' });
  });

  it('keeps apart what was created in the same moment', async () => {
    const owner = await gateway.user();
    const ids = await Promise.all(Array.from({ length: 5 }, () => gateway.event(owner)));
    await gateway.sql(`UPDATE events SET created_at = '2030-01-01T00:00:00.000001Z' WHERE id = ANY($1)`, [
      ids,
    ]);
    const listed = await readAll<EventView>(gateway, owner, '/checkin/v1/api/events?limit=1');
    expect(listed.map(({ id }) => id)).toEqual([...ids].sort().reverse());
  });

  it('names the next page where there is one, on the prefix that was asked', async () => {
    const owner = await gateway.user();
    await gateway.event(owner);
    await gateway.event(owner);
    const all = await call('GET', '/api/events', undefined, owner);
    expect([all.status, nextOf(all), arrayOf(all)]).toEqual([
      200,
      null,
      [expect.anything(), expect.anything()],
    ]);
    const exactly = await call('GET', '/api/events?limit=2', undefined, owner);
    expect(nextOf(exactly)).toBeNull();
    const first = await call('GET', '/checkin/v1/api/events?limit=1', undefined, owner);
    expect(nextOf(first)).toMatch(/^\/checkin\/v1\/api\/events\?limit=1&after=[\w-]+$/);
  });

  it('is empty for an account without events', async () => {
    const { status, text } = await call('GET', '/api/events', undefined, await gateway.user());
    expect([status, text]).toEqual([200, '[]']);
  });

  const cursor = (...key: unknown[]) => Buffer.from(JSON.stringify(key)).toString('base64url');

  it.each([
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['limit=ten', '/limit'],
    ['limit=1&limit=2', '/limit'],
    ['after=nonsense', '/after'],
    ['after=', '/after'],
    [`after=${cursor('2026-13-01T00:00:00.000000Z', randomUUID())}`, '/after'],
    [`after=${cursor('2026-01-01T00:00:00.000000+20:00', randomUUID())}`, '/after'],
    [`after=${cursor('infinity', randomUUID())}`, '/after'],
    [`after=${cursor('2026-01-01T00:00:00.000000Z', 'x')}`, '/after'],
    [`after=${'x'.repeat(501)}`, '/after'],
  ])('refuses ?%s', async (query, path) => {
    const { status, body } = await call('GET', `/api/events?${query}`);
    expect([status, body.code]).toEqual([400, 'validation_error']);
    expect(body.errors).toMatchObject([{ path }]);
  });
});

describe('events of other accounts', () => {
  it('are answered like those that do not exist', async () => {
    const stranger = await gateway.user();
    const foreign = await gateway.event(stranger);
    const before = await call('GET', `/api/event/${foreign}`, undefined, stranger);
    for (const [method, body] of [['GET', undefined] as const, ['PUT', gala] as const]) {
      const theirs = await call(method, `/api/event/${foreign}`, body);
      const unknown = await call(method, `/api/event/${randomUUID()}`, body);
      expect([theirs.status, theirs.body.code]).toEqual([404, 'not_found']);
      expect({ ...theirs.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
    }
    expect((await call('GET', `/api/event/${foreign}`, undefined, stranger)).text).toBe(before.text);
    expect(arrayOf<EventView>(await call('GET', '/api/events')).map(({ id }) => id)).not.toContain(foreign);
  });

  it('may have the same id', async () => {
    const stranger = await gateway.user();
    const id = await gateway.event(user);
    await gateway.event(stranger, { id, title: 'Theirs' });
    await call('PUT', `/api/event/${id}`, { ...gala, title: 'Mine' });
    expect((await call('GET', `/api/event/${id}`, undefined, stranger)).body.title).toBe('Theirs');
  });
});
