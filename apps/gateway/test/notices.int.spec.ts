import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  commsEventSubject,
  type CommsEventV1,
  type DeadLetterV1,
  type EndpointReport,
  type NoticeMailV1,
} from '@qflow/contracts';
import { inTransaction } from '@qflow/persistence';
import type { RunningService } from '@qflow/service';
import { commsEvent, eventually } from '@qflow/testing';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { NoticeKind } from '../src/notices/endpoint-notice.js';
import { keepNotices } from '../src/notices/keep-notices.js';
import type { Notice } from '../src/notices/notice.dto.js';
import { purgeNotices } from '../src/notices/purge-notices.js';
import { arrayOf, readAll } from './support/lists.js';
import { startGateway, TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.stop());

const report = (values: Partial<EndpointReport> = {}): EndpointReport => ({
  id: uuidv7(),
  url: 'https://hooks.example.com/qflow?key=s3cret',
  failures: 20,
  disableAfter: 20,
  disabledReason: 'failures',
  lastError: 'answered 500',
  ...values,
});

function endpointEvent(accountId: string, type: NoticeKind, endpoint = report()): CommsEventV1 {
  const { data } = commsEvent();
  const status = type.slice('endpoint.'.length);
  return commsEvent({ id: uuidv7(), accountId, type, data: { ...data, status, endpoint } });
}

const publish = (event: CommsEventV1, copy: string = randomUUID()): Promise<void> =>
  gateway.platform.messages.publish(commsEventSubject(event.accountId, event.type), event, event.id + copy);

async function told(user: TestUser, ...types: NoticeKind[]): Promise<CommsEventV1[]> {
  const events = types.map((type) => endpointEvent(user.accountId, type));
  for (const event of events) await publish(event);
  await eventually(async () => (await list(user)).length >= types.length);
  return events;
}

const call = (user: TestUser, path: string, method = 'GET'): Promise<Answer> =>
  gateway.call(method, path, { token: user.token });

async function list(user: TestUser, query = ''): Promise<Notice[]> {
  const answer = await call(user, `/api/notices${query}`);
  if (answer.status !== 200) throw new Error(answer.text);
  return arrayOf<Notice>(answer);
}

const markRead = (user: TestUser, id: string): Promise<Answer> =>
  call(user, `/api/notice/${id}/read`, 'POST');

/** Resolves once every operational event on the stream is acknowledged. */
async function handled(): Promise<void> {
  const manager = await gateway.platform.messages.jetstream.jetstreamManager();
  await eventually(async () => {
    const { num_pending, num_ack_pending } = await manager.consumers.info('EVENTS', 'gateway-notices');
    return num_pending === 0 && num_ack_pending === 0;
  });
}

const mailsOf = async ({ accountId }: Pick<TestUser, 'accountId'>): Promise<NoticeMailV1[]> =>
  (await gateway.platform.messages.inStream<NoticeMailV1>('SENDS')).filter(
    (mail) => mail.accountId === accountId,
  );

/** Resolves once so many mails are on the stream; nothing else of the account waits in the outbox then. */
const mailed = (user: Pick<TestUser, 'accountId'>, count: number): Promise<NoticeMailV1[]> =>
  eventually(async () => {
    const mails = await mailsOf(user);
    const waiting = await gateway.sql('SELECT FROM outbox WHERE bodies LIKE $1', [`%${user.accountId}%`]);
    return mails.length >= count && waiting.length === 0 ? mails : null;
  });

/** Another user of an account. */
async function colleague(
  accountId: string,
  values: { email?: string; pin?: string; disabled?: boolean } = {},
): Promise<string> {
  const email = values.email ?? `${randomUUID()}@example.com`;
  await gateway.sql(
    `INSERT INTO users (id, account_id, email, enterprise_pin, password_hash, disabled_at)
     VALUES ($1, $2, $3, $4, $5, CASE WHEN $6 THEN now() END)`,
    [randomUUID(), accountId, email, values.pin ?? null, 'no password opens it', values.disabled ?? false],
  );
  return email;
}

describe('an endpoint that was disabled', () => {
  it('is told of in the app and by e-mail, to every active user of its account', async () => {
    const user = await gateway.user();
    const second = await colleague(user.accountId);
    await colleague(user.accountId, { disabled: true });
    const stranger = await gateway.user();
    const [event] = await told(user, 'endpoint.disabled');
    expect(await list(user)).toEqual([
      {
        id: event?.id,
        kind: 'endpoint.disabled',
        title: 'Webhook disabled: hooks.example.com/qflow',
        text: 'Your webhook to hooks.example.com/qflow is disabled. 20 deliveries in a row failed for good. The last one ended with: answered 500. Nothing is sent to it until you enable it again; events that come meanwhile are kept in its log and can be replayed.',
        webhookId: event?.data.endpoint?.id,
        created: event?.createdAt,
        read: null,
      },
    ]);
    const mails = await mailed(user, 2);
    expect(mails.map(({ to }) => to).sort()).toEqual([user.email, second].sort());
    expect(mails[0]).toMatchObject({
      kind: 'notice.mail',
      version: 1,
      accountId: user.accountId,
      subject: 'Your webhook to hooks.example.com/qflow was disabled',
    });
    const { text, html } = mails[0] as NoticeMailV1;
    expect(text).toContain(
      `PATCH https://comms.example.com/api/comms/webhooks/${event?.data.endpoint?.id} {"active": true}`,
    );
    expect(text + html).not.toContain('s3cret');
    expect([await list(stranger), await mailsOf(stranger)]).toEqual([[], []]);
  });

  it('is told of once, however often and to however many gateways the event comes', async () => {
    const second: RunningService = await startGateway(gateway.config);
    try {
      const users = await Promise.all(Array.from({ length: 10 }, () => gateway.user()));
      const events = users.map(({ accountId }) => endpointEvent(accountId, 'endpoint.disabled'));
      await Promise.all(events.flatMap((event) => [publish(event), publish(event), publish(event)]));
      await handled();
      for (const event of events) await publish(event);
      await handled();
      for (const user of users) {
        expect(await mailed(user, 1)).toHaveLength(1);
        expect(await list(user)).toHaveLength(1);
      }
    } finally {
      await second.close();
    }
  });

  it('mails a person who is a user twice once, and of each event anew', async () => {
    const user = await gateway.user();
    const pin = randomUUID();
    await gateway.sql(`INSERT INTO enterprises (id, pin, name) VALUES ($1, $2, 'Analytical Events')`, [
      randomUUID(),
      pin,
    ]);
    await colleague(user.accountId, { email: user.email, pin });
    await told(user, 'endpoint.disabled', 'endpoint.disabled');
    const mails = await mailed(user, 2);
    expect(new Set(mails.map(({ id }) => id)).size).toBe(2);
    expect(mails.map(({ to }) => to)).toEqual([user.email, user.email]);
  });

  it('is told of by the next gateway where this one dies: nothing before the commit, everything after it', async () => {
    const user = await gateway.user();
    const { id, accountId, createdAt, data } = endpointEvent(user.accountId, 'endpoint.disabled');
    const event = { id, accountId, createdAt, kind: 'endpoint.disabled', report: data.endpoint } as const;
    const dataSource = gateway.get(DataSource);
    const keep = (work = (): void => undefined): Promise<unknown> =>
      inTransaction(dataSource, async (sql) => {
        const entries = await keepNotices(sql, [{ ...event, report: event.report ?? report() }], '');
        work();
        return entries;
      });
    await expect(
      keep(() => {
        throw new Error('killed before the commit');
      }),
    ).rejects.toThrow('killed');
    expect(await list(user)).toEqual([]);
    // Committed, and killed before anything was published: the sweep of the outbox does it.
    await keep();
    const [mail] = await mailed(user, 1);
    // The event was never acknowledged, so it comes again, and finds everything done.
    await publish(endpointEvent(user.accountId, 'endpoint.recovered'));
    await keep();
    await handled();
    expect(await mailed(user, 1)).toEqual([mail]);
    expect((await list(user)).map(({ kind }) => kind)).toEqual(['endpoint.recovered', 'endpoint.disabled']);
  }, 30_000);

  it('of an account without users is kept all the same', async () => {
    const accountId = randomUUID();
    await publish(endpointEvent(accountId, 'endpoint.disabled'));
    await eventually(async () => {
      const rows = await gateway.sql('SELECT FROM notices WHERE account_id = $1', [accountId]);
      return rows.length === 1;
    });
    expect(await mailsOf({ accountId })).toEqual([]);
  });
});

describe('an endpoint that is failing, and one that has recovered', () => {
  it('are told of in the app alone', async () => {
    const user = await gateway.user();
    await told(user, 'endpoint.failing', 'endpoint.recovered');
    await handled();
    expect((await list(user)).map(({ kind }) => kind)).toEqual(['endpoint.recovered', 'endpoint.failing']);
    expect(await mailsOf(user)).toEqual([]);
  });
});

describe('other events', () => {
  it('are not read at all', async () => {
    const manager = await gateway.platform.messages.jetstream.jetstreamManager();
    const delivered = async (): Promise<number> =>
      (await manager.consumers.info('EVENTS', 'gateway-notices')).delivered.consumer_seq;
    await handled();
    const before = await delivered();
    const user = await gateway.user();
    for (const type of ['comms.delivered', 'contact.unsubscribed'] as const)
      await publish(commsEvent({ accountId: user.accountId, type }));
    await told(user, 'endpoint.failing');
    expect(await delivered()).toBe(before + 1);
  });

  it('of endpoints that nobody here knows are kept on DEAD', async () => {
    const user = await gateway.user();
    const event = endpointEvent(user.accountId, 'endpoint.recovered');
    await publish({ ...event, data: { ...event.data, endpoint: undefined } });
    const letter = await eventually(async () =>
      (await gateway.platform.messages.inStream<DeadLetterV1>('DEAD')).find(({ body }) =>
        body.includes(event.id),
      ),
    );
    expect(letter.reason).toBe('it is no event of an endpoint that is known here');
    expect(await list(user)).toEqual([]);
  });
});

describe('GET /api/notices', () => {
  it('is read page by page, newest first, and by whether it was read', async () => {
    const user = await gateway.user();
    const types = Array.from({ length: 7 }, (): NoticeKind => 'endpoint.failing');
    const events = await told(user, ...types);
    const newestFirst = events.map(({ id }) => id).reverse();
    const idsOf = (notices: readonly Notice[]): string[] => notices.map(({ id }) => id);
    expect(idsOf(await readAll<Notice>(gateway, user, '/api/notices?limit=3'))).toEqual(newestFirst);
    expect(idsOf(await readAll<Notice>(gateway, user, '/comms/v1/api/notices?limit=3'))).toEqual(newestFirst);
    const [first, second, ...rest] = newestFirst as [string, string, ...string[]];
    await markRead(user, first);
    await markRead(user, second);
    expect(idsOf(await readAll<Notice>(gateway, user, '/api/notices?unread=true&limit=2'))).toEqual(rest);
    expect(idsOf(await list(user, '?unread=false'))).toEqual([first, second]);
  });

  it.each([
    ['?unread=maybe', '/unread'],
    ['?unread=true&unread=true', '/unread'],
    ['?after=nonsense', '/after'],
    ['?limit=0', '/limit'],
  ])('refuses %s by name', async (query, path) => {
    const { status, body } = await call(await gateway.user(), `/api/notices${query}`);
    expect([status, body.code]).toEqual([400, 'validation_error']);
    expect(body.errors).toMatchObject([{ path }]);
  });

  it('forgets after 90 days', async () => {
    const user = await gateway.user();
    const [old] = await told(user, 'endpoint.failing', 'endpoint.recovered');
    await gateway.sql(`UPDATE notices SET created_at = now() - interval '91 days' WHERE id = $1`, [old?.id]);
    while (await purgeNotices(gateway.sql));
    expect((await list(user)).map(({ kind }) => kind)).toEqual(['endpoint.recovered']);
  });
});

describe('POST /api/notice/{id}/read', () => {
  it('marks a notice once and for all', async () => {
    const user = await gateway.user();
    const [event] = await told(user, 'endpoint.disabled');
    const first = await markRead(user, String(event?.id));
    expect([first.status, first.body]).toEqual([
      200,
      { ...(await list(user))[0], read: expect.stringMatching(/^\d{4}-.+Z$/) },
    ]);
    const again = await call(user, `/comms/v1/api/notice/${event?.id?.toUpperCase()}/read`, 'POST');
    expect(again.body).toEqual(first.body);
  });

  it('knows neither what does not exist nor what is another account’s', async () => {
    const [ours, theirs] = [await gateway.user(), await gateway.user()];
    const [event] = await told(theirs, 'endpoint.failing');
    for (const id of [randomUUID(), String(event?.id)]) {
      const { status, body } = await markRead(ours, id);
      expect([status, body.code, body.detail]).toEqual([404, 'not_found', 'The notice does not exist.']);
    }
    expect(await list(theirs, '?unread=true')).toHaveLength(1);
    const { status, body } = await markRead(ours, 'nonsense');
    expect([status, body.errors]).toMatchObject([400, [{ path: '/id' }]]);
  });

  it('needs the scope webhooks', async () => {
    const user = await gateway.user();
    const [event] = await told(user, 'endpoint.failing');
    const keyFor = async (scopes: string[]): Promise<string> => {
      const { body } = await gateway.call('POST', '/api/keys', {
        token: user.token,
        body: { name: scopes.join(), scopes },
      });
      return String(body.key);
    };
    const path = `/api/notice/${event?.id}/read`;
    const statuses = [];
    for (const scope of ['comms', 'read', 'webhooks']) {
      const token = await keyFor([scope]);
      const looked = await gateway.call('GET', '/api/notices', { token });
      const marked = await gateway.call('POST', path, { token });
      statuses.push([looked.status, marked.status]);
    }
    expect(statuses).toEqual([
      [403, 403],
      [200, 403],
      [200, 200],
    ]);
  });
});
