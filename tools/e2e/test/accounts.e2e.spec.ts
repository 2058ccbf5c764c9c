import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routesOf, type OpenApi, type Route } from '@qflow/contract';
import { startStack, type RunningStack } from '@qflow/local-stack';
import { eventually } from '@qflow/testing';
import { Integrator, type Answer } from './integrator.js';
import { Operator } from './operator.js';
import { slotsOf, type Kind, type Slot } from './id-slots.js';

/** Two accounts with one of everything each. Whatever is Alice's, Bob must not be able to tell from nothing. */
let stack: RunningStack;
let dataDir: string;
let document: OpenApi;
let alice: Account;
let bob: Account;

interface Account {
  api: Integrator;
  ids: Record<Kind, string>;
  /** An address on the account's suppression list. */
  suppressed: string;
}

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qflow-accounts-'));
  stack = await startStack({ dataDir });
  document = (await (await fetch(`${stack.info.gateway}/openapi.json`)).json()) as OpenApi;
  const operator = new Operator(dataDir);
  [alice, bob] = [await furnished(operator), await furnished(operator)] as [Account, Account];
}, 120_000);
afterAll(async () => {
  await stack?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function furnished(operator: Operator): Promise<Account> {
  const api = await Integrator.login(stack.info, await operator.sender());
  const { eventId, templateId } = await api.eventWithTemplate();
  const webhook = await api.call<{ id: string }>('POST', '/api/comms/webhooks', failing);
  const suppressed = `bounced+${randomUUID()}@sandbox.test`;
  const { body: guest } = await api.createGuest({ eventId, commsTemplateId: templateId, email: suppressed });
  const { body: key } = await api.call<{ id: string }>('POST', '/api/keys', { name: 'ci', scopes: ['read'] });
  await eventually(async () => {
    const { body } = await api.call<{ email: string }[]>('GET', '/api/comms/suppressions');
    return body.some(({ email }) => email === suppressed);
  });
  const log = `/api/comms/webhooks/${webhook.body.id}`;
  const delivery = await firstOf(api, `${log}/deliveries`);
  // The first failure disables it, and its owner is told.
  const notice = await firstOf(api, '/api/notices');
  await api.call('PATCH', log, { active: true });
  const since = new Date().toISOString();
  const { body: replay } = await api.call<{ id: string }>('POST', `${log}/replay`, { since });
  return {
    api,
    suppressed,
    ids: {
      event: eventId,
      template: templateId,
      guest: guest.id,
      send: guest.attendeeInvitationId,
      key: key.id,
      webhook: webhook.body.id,
      delivery: delivery.id,
      replay: replay.id,
      notice: notice.id,
    },
  };
}

/** A webhook that nobody listens at: one delivery that failed, and no other. */
const failing = {
  url: 'http://127.0.0.1:65535/hook',
  events: ['comms.bounced'],
  retry: { delaysSeconds: [], disableAfter: 1 },
};

/** What a list begins with, once it holds something. */
const firstOf = (api: Integrator, path: string): Promise<{ id: string }> =>
  eventually(async () => (await api.call<{ id: string }[]>('GET', path)).body[0]);

/** Every operation an account's credentials open. */
const accountRoutes = (): Route[] =>
  routesOf(document).filter(({ path: address }) => address.startsWith('/api/') && !isAdmin(address));

const isAdmin = (address: string): boolean => address.startsWith('/api/admin/');

/** A request of Bob's with his own ids everywhere but in one place. */
async function bobAsks(
  { method, path: address, operation }: Route,
  slot: Slot,
  id: string,
): Promise<Answer<unknown>> {
  const idFor = (one: Slot): string =>
    one.name === slot.name && one.in === slot.in ? id : one.kind === 'own' ? randomUUID() : bob.ids[one.kind];
  const slots = slotsOf(document, { method, path: address, operation });
  let where = address.replace('{version}', '1');
  const query = new URLSearchParams();
  for (const one of slots)
    if (one.in === 'path') where = where.replace(`{${one.name}}`, idFor(one));
    else if (one.in === 'query' && (one.required || one.name === slot.name)) query.set(one.name, idFor(one));
  const example = operation.requestBody?.content['application/json'] as { example?: unknown } | undefined;
  const inBody = slots.filter((one) => one.in === 'body');
  const given = inBody.filter((one) => one.required || one.name === slot.name);
  return bob.api.call(
    method,
    query.size > 0 ? `${where}?${query.toString()}` : where,
    example &&
      withIds(
        example.example,
        inBody.map(({ name }) => name),
        Object.fromEntries(given.map((one) => [one.name, idFor(one)])),
      ),
  );
}

/** The documented example with these ids and without any other; made-up guests give way to one with an id. */
function withIds(example: unknown, idFields: readonly string[], ids: Record<string, string>): unknown {
  if (Array.isArray(example)) return example.slice(0, 1).map((one) => withIds(one, idFields, ids));
  const left = [...idFields, ...('attendeeId' in ids ? ['data'] : [])];
  const fields = Object.entries(example as Record<string, unknown>).filter(([name]) => !left.includes(name));
  return { ...Object.fromEntries(fields), ...ids };
}

/** The same refusal but for the request's own id. */
const comparable = ({ status, body }: Answer<unknown>, id: string): string =>
  JSON.stringify({ status, body: isProblem(body) ? { ...body, instance: '' } : body }).replaceAll(id, 'ID');

const isProblem = (body: unknown): body is { instance: string } =>
  typeof body === 'object' && body !== null && 'instance' in body;

/** 404; in a bulk call every item refused; in a filter nothing found. */
function isNothing({ status, body }: Answer<unknown>): boolean {
  if (status === 404) return (body as { code?: string }).code === 'not_found';
  if (!Array.isArray(body)) return false;
  return body.every((one: { status?: string }) => one.status === 'rejected');
}

const secretsOf = ({ ids, suppressed }: Account): string[] => [...Object.values(ids), suppressed];

describe('an id of another account', () => {
  it('is in no route the same as an unknown id, and never opens anything', async () => {
    const asked: string[] = [];
    const wrong: string[] = [];
    for (const route of accountRoutes())
      for (const slot of slotsOf(document, route)) {
        if (slot.kind === 'own') continue;
        const place = `${route.method} ${route.path} (${slot.in} ${slot.name})`;
        const stranger = alice.ids[slot.kind];
        const nobody = randomUUID();
        const foreign = await bobAsks(route, slot, stranger);
        const unknown = await bobAsks(route, slot, nobody);
        asked.push(place);
        if (!isNothing(foreign))
          wrong.push(`${place} answers ${foreign.status} ${JSON.stringify(foreign.body)}`);
        else if (comparable(foreign, stranger) !== comparable(unknown, nobody))
          wrong.push(
            `${place} tells them apart: ${comparable(foreign, stranger)} ${comparable(unknown, nobody)}`,
          );
      }
    expect(wrong).toEqual([]);
    // The matrix is made from the document: an empty one would prove nothing.
    expect(asked.length).toBeGreaterThan(20);
  }, 120_000);

  it('may be chosen by somebody else for something of their own', async () => {
    const { status, body } = await bob.api.call<{ id: string; title: string }>('POST', '/api/event', {
      id: alice.ids.event,
      title: 'Of the same id',
      startTime: '2026-06-21T19:30',
      endTime: '2026-06-21T23:00',
      timeZoneId: 'Europe/London',
    });
    expect({ status, title: body.title }).toEqual({ status: 200, title: 'Of the same id' });
    const { body: hers } = await alice.api.call<{ title: string }>('GET', `/api/event/${alice.ids.event}`);
    expect(hers.title).toBe('Summer Gala');
  });
});

describe('lists', () => {
  it('hold nothing of another account', async () => {
    const wrong: string[] = [];
    for (const route of accountRoutes()) {
      if (route.method !== 'GET' || slotsOf(document, route).some(({ required }) => required)) continue;
      const { body } = await bob.api.call('GET', `${route.path}?limit=200`);
      const text = JSON.stringify(body);
      // Bob has just made an event with the id of Alice's.
      for (const secret of secretsOf(alice))
        if (secret !== alice.ids.event && text.includes(secret)) wrong.push(`${route.path} shows ${secret}`);
    }
    expect(wrong).toEqual([]);
  });

  it('of suppressions are lifted by their own account only', async () => {
    const { status } = await bob.api.call('POST', '/api/comms/suppression/delete', {
      email: alice.suppressed,
    });
    expect(status).toBe(404);
    const { body } = await alice.api.call<unknown[]>('GET', '/api/comms/suppressions');
    expect(body).toHaveLength(1);
  });
});

describe("the operators' routes", () => {
  it('open to no account, whatever the id', async () => {
    const routes = routesOf(document).filter(({ path: address }) => isAdmin(address));
    expect(routes.length).toBeGreaterThan(5);
    for (const { method, path: address } of routes) {
      const { status } = await bob.api.call(method, address.replace(/\{\w+\}/, randomUUID()));
      expect([method, address, status]).toEqual([method, address, 403]);
    }
  });
});
