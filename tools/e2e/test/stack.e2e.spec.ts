import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startStack, type ProcessName, type RunningStack } from '@qflow/local-stack';
import { verifyQflow } from '@qflow/signing';
import { webhookReceiver, type ReceivedRequest, type WebhookReceiver } from '@qflow/testing';
import { Inbox, Integrator, type Guest } from './integrator.js';

/** The whole product as processes, as `npm start` runs it. */
let stack: RunningStack;
let dataDir: string;
let api: Integrator;
let inbox: Inbox;
let receiver: WebhookReceiver;
let secret: string;
let eventId: string;
let templateId: string;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qflow-e2e-'));
  stack = await startStack({ dataDir, env: { UNKNOWN_GRACE_SECONDS: '3' } });
  api = await Integrator.login(stack.info);
  inbox = new Inbox(stack.info);
  ({ eventId, templateId } = await api.eventWithTemplate());
});
afterAll(async () => {
  await stack?.stop();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  receiver = await webhookReceiver();
  secret = await api.registerWebhook(receiver.url);
});
afterEach(() => receiver.close());

const sendIdOf = ({ json }: ReceivedRequest): unknown => json.data.attendeeInvitationId;

/** Resolves once the receiver has heard each of these types about the send. */
const heard = (sendId: string, ...types: string[]): Promise<void> =>
  receiver.until((all) =>
    types.every((type) => all.some((one) => sendIdOf(one) === sendId && one.json.type === type)),
  );

const typesAbout = (sendId: string): string[] =>
  receiver.requests.filter((one) => sendIdOf(one) === sendId).map(({ json }) => json.type);

const allSignaturesAreValid = (): boolean =>
  receiver.requests.every(
    ({ headers, body }) => verifyQflow({ secret, header: headers['x-qflow-signature'], body }).valid,
  );

describe('the main job', () => {
  it('one call makes a guest, an e-mail and two signed webhooks', async () => {
    const { status, body: guest } = await api.createGuest({
      eventId,
      commsTemplateId: templateId,
      correlationId: 'order-123',
      tags: '{tickettype}VIP',
    });
    expect(status).toBe(200);
    await heard(guest.attendeeInvitationId, 'comms.sent', 'comms.delivered');

    expect(allSignaturesAreValid()).toBe(true);
    const delivered = receiver.requests.find(
      ({ json }) => json.type === 'comms.delivered',
    ) as ReceivedRequest;
    expect(delivered.headers['x-qflow-webhook-id']).toBe(delivered.json.id);
    expect(delivered.json.data).toEqual({
      attendeeId: guest.id,
      templateId,
      attendeeInvitationId: guest.attendeeInvitationId,
      status: 'delivered',
      error: null,
      correlationId: 'order-123',
    });
    expect(await inbox.ofSend(guest.attendeeInvitationId)).toMatchObject([
      { subject: 'Your ticket for Summer Gala — Ada' },
    ]);
  });

  it('the same request twenty times at once is one guest, one e-mail and one comms.sent', async () => {
    const id = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.createGuest({ id, eventId, commsTemplateId: templateId })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const sendIds = new Set(answers.map(({ body }) => body.attendeeInvitationId));
    expect(sendIds.size).toBe(1);
    const [sendId] = [...sendIds] as [string];
    await heard(sendId, 'comms.delivered');
    expect(typesAbout(sendId).filter((type) => type === 'comms.sent')).toHaveLength(1);
    expect(await inbox.ofSend(sendId)).toHaveLength(1);
  });

  it('a bounce is told, and the address is not mailed again', async () => {
    const { body: guest } = await api.createGuest({
      email: `bounced+${randomUUID()}@sandbox.test`,
      eventId,
      commsTemplateId: templateId,
    });
    await heard(guest.attendeeInvitationId, 'comms.sent', 'comms.bounced');
    const resend = await api.call<{ code: string; previous: unknown }>('POST', '/api/comms/send', {
      attendeeId: guest.id,
      templateId,
    });
    expect(resend.status).toBe(422);
    expect(resend.body).toMatchObject({
      code: 'previous_send_permanently_failed',
      previous: { attendeeInvitationId: guest.attendeeInvitationId, status: 'bounced' },
    });
  });

  it('a resend is another e-mail, and its whole story can be read', async () => {
    const { body: guest } = await api.createGuest({ eventId, commsTemplateId: templateId });
    await heard(guest.attendeeInvitationId, 'comms.delivered');
    const { body: ticket } = await api.call<{ attendeeInvitationId: string; status: string }>(
      'POST',
      '/api/comms/send',
      {
        attendeeId: guest.id,
        templateId,
        correlationId: 'resend-123',
      },
    );
    expect(ticket.status).toBe('queued');
    await heard(ticket.attendeeInvitationId, 'comms.sent', 'comms.delivered');
    const { body: send } = await api.call<{ status: string; timeline: { what: string }[] }>(
      'GET',
      `/api/comms/send/${ticket.attendeeInvitationId}`,
    );
    expect(send.status).toBe('delivered');
    const story = send.timeline.map(({ what }) => what);
    expect(story.slice(0, 2)).toEqual(['queued', 'sending']);
    expect(story).toEqual(expect.arrayContaining(['accepted', 'processed', 'delivered', 'comms.sent']));
  });
});

describe('npm run demo', () => {
  const demo = async (args: readonly string[], env: Record<string, string> = {}) => {
    const child = spawn(process.execPath, ['tools/demo/index.js', ...args], {
      cwd: path.resolve(import.meta.dirname, '../../..'),
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, output: code === 0 ? '' : output.join('') };
  };

  it('plays the integrator guide and finds everything as documented', async () => {
    expect(await demo(['--data', dataDir])).toEqual({ code: 0, output: '' });
  });

  it('does so against any stack that it is given addresses and credentials of', async () => {
    const { gateway, sandbox, demo: account } = stack.info;
    const args = ['--gateway', gateway, '--sandbox', `${sandbox}/`, '--receiver-host', 'localhost'];
    const credentials = {
      QFLOW_DEMO_USERNAME: account.username,
      QFLOW_DEMO_PASSWORD: account.password,
      QFLOW_DEMO_CLIENT_ID: account.clientId,
      QFLOW_DEMO_CLIENT_SECRET: account.clientSecret,
    };
    expect(await demo(args, credentials)).toEqual({ code: 0, output: '' });
  });
});

/**
 * Accepts guests while a process is killed under them. What was answered 200 must come to exactly one e-mail and to
 * both webhooks; a request that was refused meanwhile is sent again with the same id, as integrators do.
 */
async function createThrough(count: number, disturb: () => Promise<unknown>): Promise<Guest[]> {
  const guests: Guest[] = [];
  let disturbance: Promise<unknown> | undefined;
  const lane = async (): Promise<void> => {
    while (guests.length < count) {
      const values = { id: randomUUID(), eventId, commsTemplateId: templateId };
      let answer = await api.createGuest(values).catch(() => undefined);
      while (answer?.status !== 200) answer = await api.createGuest(values).catch(() => undefined);
      guests.push(answer.body);
      if (guests.length > count / 3) disturbance ??= disturb();
    }
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  await disturbance;
  return guests;
}

describe.each<ProcessName>(['sender', 'webhooks', 'events', 'nats', 'postgres'])(
  'kill -9 of %s in the middle of 200 sends',
  (name) => {
    it('loses nothing and mails nobody twice', async () => {
      const guests = await createThrough(200, () => stack.kill(name));
      const sendIds = guests.map(({ attendeeInvitationId }) => attendeeInvitationId);
      const wanted = new Set(sendIds.flatMap((id) => [`${id} comms.sent`, `${id} comms.delivered`]));
      await receiver.until((all) => {
        const seen = new Set(all.map((one) => `${String(sendIdOf(one))} ${one.json.type}`));
        return [...wanted].every((one) => seen.has(one));
      });

      expect(allSignaturesAreValid()).toBe(true);
      // One id per event: what comes twice comes with the same id.
      const ids = new Map<string, Set<string>>();
      for (const one of receiver.requests) {
        const key = `${String(sendIdOf(one))} ${one.json.type}`;
        ids.set(key, (ids.get(key) ?? new Set()).add(one.json.id));
      }
      expect([...wanted].filter((key) => ids.get(key)?.size !== 1)).toEqual([]);
      const mails = await Promise.all(sendIds.map(async (id) => (await inbox.ofSend(id)).length));
      expect(mails.filter((number) => number !== 1)).toEqual([]);
    }, 180_000);
  },
);

describe('the users of NATS', () => {
  it('may do all that the above took', async () => {
    const logs = await readdir(path.join(dataDir, 'logs'));
    const texts = await Promise.all(logs.map((name) => readFile(path.join(dataDir, 'logs', name), 'utf8')));
    expect(logs).toContain('sender.log');
    const refused = texts.flatMap((text) =>
      text.split('\n').filter((line) => line.includes('NATS does not let')),
    );
    expect(refused).toEqual([]);
  });
});
