import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startStack, type RunningStack } from '@qflow/local-stack';
import { verifyStandard } from '@qflow/signing';
import { eventually, webhookReceiver, type ReceivedRequest, type WebhookReceiver } from '@qflow/testing';
import { Integrator, type Guest } from './integrator.js';
import { Operator } from './operator.js';

/**
 * An endpoint that goes down and comes back, as its owner lives through it: warned, switched off, told so by event,
 * notice and e-mail, switched on again, and given what it missed. On a real stack, over the public API only.
 */
let stack: RunningStack;
let dataDir: string;
let username: string;
let api: Integrator;
let receiver: WebhookReceiver;
let alarms: WebhookReceiver;
let eventId: string;
let templateId: string;
let webhook: Subscription;

interface Subscription {
  id: string;
  secret: string;
  active: boolean;
  disabledReason: string | null;
  failures: number;
  missed: { since: string; deliveries: number } | null;
}
interface Delivery {
  id: string;
  eventId: string;
  type: string;
  status: string;
  origin: string;
  recoveredAt: string | null;
  attempts: { statusCode: number | null; error: string | null }[];
}

const disableAfter = 4;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qflow-webhook-life-'));
  stack = await startStack({ dataDir });
  const login = await new Operator(dataDir).sender();
  username = login.username;
  api = await Integrator.login(stack.info, login);
  ({ eventId, templateId } = await api.eventWithTemplate());
  receiver = await webhookReceiver();
  alarms = await webhookReceiver();
}, 120_000);
afterAll(async () => {
  await receiver?.close();
  await alarms?.close();
  await stack?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const subscription = async (): Promise<Subscription> =>
  (await api.call<Subscription>('GET', `/api/comms/webhooks/${webhook.id}`)).body;

const deliveries = async (query = ''): Promise<Delivery[]> =>
  (await api.call<Delivery[]>('GET', `/api/comms/webhooks/${webhook.id}/deliveries?limit=200${query}`)).body;

/** A guest whose e-mail goes out: one `comms.sent` to the webhook. */
const guest = async (): Promise<Guest> =>
  (
    await api.createGuest({
      eventId,
      commsTemplateId: templateId,
      email: `ada+${randomUUID()}@example.com`,
    })
  ).body;

const verified = ({ headers, body }: ReceivedRequest): boolean =>
  verifyStandard({ headers, body, secret: webhook.secret }).valid;

const alarm = (type: string): Promise<ReceivedRequest> =>
  alarms.next((request) => request.headers['x-qflow-event'] === type);

describe('an endpoint that goes down', () => {
  it('has its own subscription, beside one for alarms elsewhere', async () => {
    const created = await api.call<Subscription>('POST', '/api/comms/webhooks', {
      url: receiver.url,
      events: ['comms.sent'],
      format: 'standard',
      retry: { delaysSeconds: [], disableAfter },
    });
    expect(created.status).toBe(201);
    webhook = created.body;
    const other = await api.call('POST', '/api/comms/webhooks', { url: alarms.url, events: ['endpoint.*'] });
    expect(other.status).toBe(201);

    await guest();
    expect(verified(await receiver.next())).toBe(true);
    await eventually(async () => (await deliveries('&status=delivered')).length === 1);
  });

  it('warns the other one, and is switched off at the documented count', async () => {
    receiver.answer((_request, response) => void response.writeHead(500).end('database is on fire'));
    for (let failures = 1; failures <= disableAfter; failures++) {
      await guest();
      await eventually(async () => (await subscription()).failures >= failures);
    }
    const failing = await alarm('endpoint.failing');
    expect(failing.json.data).toMatchObject({ endpoint: { id: webhook.id, disableAfter, failures: 2 } });
    const disabled = await alarm('endpoint.disabled');
    expect(disabled.json.data).toMatchObject({ endpoint: { id: webhook.id, failures: disableAfter } });
    expect(await subscription()).toMatchObject({ active: false, disabledReason: 'failures' });
  });

  it('is told of in the app and by e-mail', async () => {
    const notice = await eventually(async () => {
      const { body } = await api.call<{ id: string; kind: string; text: string }[]>(
        'GET',
        '/api/notices?unread=true',
      );
      return body.find(({ kind }) => kind === 'endpoint.disabled');
    });
    expect(notice.text).toContain(new URL(receiver.url).host);
    const mail = await eventually(async () => {
      const answer = await fetch(`${stack.info.sandbox}/inbox/messages?to=${encodeURIComponent(username)}`);
      const { messages } = (await answer.json()) as { messages: { subject: string }[] };
      return messages[0];
    });
    expect(mail.subject).toMatch(/webhook/i);
  });

  it('keeps what comes meanwhile, and why the others failed', async () => {
    await guest();
    await eventually(async () => (await deliveries('&status=skipped')).length === 1);
    const dead = await deliveries('&status=dead');
    expect(dead).toHaveLength(disableAfter);
    expect(dead[0]?.attempts).toEqual([
      expect.objectContaining({ statusCode: 500, answer: 'database is on fire' }),
    ]);
  });
});

describe('an endpoint that is back', () => {
  it('shows it to a test call first, while still switched off', async () => {
    receiver.answer((_request, response) => void response.writeHead(200).end());
    const { body } = await api.call<{ delivered: boolean; request: { headers: Record<string, string> } }>(
      'POST',
      `/api/comms/webhooks/${webhook.id}/test`,
    );
    expect(body).toMatchObject({ delivered: true, statusCode: 200, hint: null });
    expect(body.request.headers['webhook-signature']).toMatch(/^v1,/);
  });

  it('is switched on again with a clean record, and offered what it missed', async () => {
    const { status, body } = await api.call<Subscription>('PATCH', `/api/comms/webhooks/${webhook.id}`, {
      active: true,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      active: true,
      failures: 0,
      disabledReason: null,
      missed: { deliveries: 1 },
    });
    await alarm('endpoint.recovered');
  });

  it('gets what it missed and what died, with the same ids, marked as replays', async () => {
    const lost = [...(await deliveries('&status=dead')), ...(await deliveries('&status=skipped'))];
    const since = new Date(Date.now() - 3_600_000).toISOString();
    for (const status of ['skipped', 'dead'])
      // One replay at a time: the second is refused until the first has made its deliveries.
      await eventually(async () => {
        const answer = await api.call('POST', `/api/comms/webhooks/${webhook.id}/replay`, { since, status });
        expect([202, 409]).toContain(answer.status);
        return answer.status === 202;
      });
    await receiver.until((all) =>
      lost.every(({ eventId: id }) =>
        all.some(({ headers }) => headers['webhook-id'] === id && headers['x-qflow-replay'] === 'true'),
      ),
    );
    expect(receiver.requests.every(verified)).toBe(true);
    await eventually(async () =>
      [...(await deliveries('&status=dead')), ...(await deliveries('&status=skipped'))].every(
        ({ recoveredAt }) => recoveredAt !== null,
      ),
    );
  });

  it('replays nothing twice that has been recovered', async () => {
    const seen = receiver.requests.length;
    const { body } = await api.call<{ id: string }>('POST', `/api/comms/webhooks/${webhook.id}/replay`, {
      since: new Date(Date.now() - 3_600_000).toISOString(),
      status: 'dead',
    });
    const done = await eventually(async () => {
      const { body: replays } = await api.call<{ id: string; state: string; deliveries: number }[]>(
        'GET',
        `/api/comms/webhooks/${webhook.id}/replays`,
      );
      return replays.find(({ id, state }) => id === body.id && state === 'done');
    });
    expect(done.deliveries).toBe(0);
    expect(receiver.requests).toHaveLength(seen);
  });
});
