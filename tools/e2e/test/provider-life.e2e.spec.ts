import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startStack, type RunningStack } from '@qflow/local-stack';
import { eventually, webhookReceiver, type WebhookReceiver } from '@qflow/testing';
import { Inbox, Integrator, type Guest } from './integrator.js';
import { mailServer, type MailServer } from './mail-server.js';

/** What becomes of e-mails whose provider fails in every way it can, and of recipients who want no more of them. */
let stack: RunningStack;
let dataDir: string;
let relay: MailServer;
let api: Integrator;
let inbox: Inbox;
let receiver: WebhookReceiver;
let eventId: string;
let templateId: string;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qflow-provider-'));
  relay = await mailServer();
  stack = await startStack({
    dataDir,
    env: { UNKNOWN_GRACE_SECONDS: '3', PROVIDERS: 'sandbox,smtp', SMTP_URL: relay.url },
  });
  api = await Integrator.login(stack.info);
  inbox = new Inbox(stack.info);
  ({ eventId, templateId } = await api.eventWithTemplate());
}, 120_000);
afterAll(async () => {
  await stack?.stop();
  await relay?.close();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  receiver = await webhookReceiver();
  await api.registerWebhook(receiver.url);
});
afterEach(async () => {
  await faults({});
  await receiver.close();
});

async function faults(rates: Record<string, number>): Promise<void> {
  const answer = await fetch(`${stack.info.sandbox}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rates),
  });
  expect(answer.status).toBe(200);
}

const guest = async (email = `guest+${randomUUID()}@example.com`): Promise<Guest> => {
  const { status, body } = await api.createGuest({ email, eventId, commsTemplateId: templateId });
  expect(status).toBe(200);
  return body;
};

const typesAbout = (sendId: string): string[] =>
  receiver.requests
    .filter(({ json }) => json.data.attendeeInvitationId === sendId)
    .map(({ json }) => json.type);

const heard = (sendId: string, ...types: string[]): Promise<void> =>
  receiver.until(() => types.every((type) => typesAbout(sendId).includes(type)));

interface Send {
  status: string;
  timeline: { source: string; what: string; detail: string | null }[];
}
const sendOf = async ({ attendeeInvitationId }: Guest): Promise<Send> =>
  (await api.call<Send>('GET', `/api/comms/send/${attendeeInvitationId}`)).body;

describe('a provider that fails in every way', () => {
  it('gets every e-mail once, and every event of it is told once', async () => {
    await faults({
      ...{ rate429: 0.05, rate500: 0.05, rateReset: 0.05, rateTimeoutAfterAccept: 0.02 },
      ...{ duplicateEvents: 0.2, shuffleEvents: 0.5, seed: 5 },
    });
    const guests = await Promise.all(Array.from({ length: 150 }, () => guest()));
    await Promise.all(
      guests.map(({ attendeeInvitationId }) => heard(attendeeInvitationId, 'comms.sent', 'comms.delivered')),
    );
    for (const { attendeeInvitationId } of guests)
      expect(typesAbout(attendeeInvitationId).sort()).toEqual(['comms.delivered', 'comms.sent']);
    expect(await inbox.stats()).toMatchObject({ messages: guests.length, duplicates: 0 });
    expect(relay.mails).toEqual([]);
  }, 120_000);
});

describe('a provider that is down', () => {
  it('is stood in for by the next one, says so, and has its e-mails back when it is up again', async () => {
    await faults({ rate500: 1 });
    // Enough of them that its failures are no coincidence.
    const guests = await Promise.all(Array.from({ length: 40 }, () => guest()));
    await Promise.all(guests.map(({ attendeeInvitationId }) => heard(attendeeInvitationId, 'comms.sent')));
    expect(relay.mails).toHaveLength(guests.length);
    expect(relay.mails[0]?.source).toContain('Subject: =?UTF-8?Q?');

    const health = (await (await fetch(`${stack.info.services.sender}/health`)).json()) as {
      status: string;
      details: { sending: { status: string } };
    };
    expect(health).toMatchObject({ status: 'degraded', details: { sending: { status: 'degraded' } } });
    const { timeline } = await sendOf(guests[0] as Guest);
    expect(timeline.map(({ detail }) => detail ?? '').join('\n')).toMatch(/smtp/);

    await faults({});
    // Its first e-mails are the probe's: the next guest may still go the other way.
    const back = await eventually(async () => {
      const one = await guest();
      await heard(one.attendeeInvitationId, 'comms.sent');
      const [mail] = await inbox.ofSend(one.attendeeInvitationId);
      return mail && one;
    });
    await heard(back.attendeeInvitationId, 'comms.delivered');
  }, 120_000);
});

describe('a recipient', () => {
  interface Detail {
    headers: Record<string, string>;
  }
  const unsubscribeUrlOf = async ({ attendeeInvitationId }: Guest): Promise<string> => {
    const message = await eventually(async () => (await inbox.ofSend(attendeeInvitationId))[0]);
    const { headers } = (await (
      await fetch(`${stack.info.sandbox}/inbox/messages/${message.id}`)
    ).json()) as Detail;
    expect(headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
    return /^<(.+)>$/.exec(headers['List-Unsubscribe'] ?? '')?.[1] ?? '';
  };
  const post = (url: string, body: Record<string, string>): Promise<Response> =>
    fetch(url, { method: 'POST', body: new URLSearchParams(body), redirect: 'manual' });
  const contactEvents = (): string[] =>
    receiver.requests.map(({ json }) => json.type).filter((type) => type.startsWith('contact.'));
  const resend = ({ id }: Guest) =>
    api.call<{ code?: string }>('POST', '/api/comms/send', { attendeeId: id, templateId });

  it('unsubscribes with one click of their mail program, and may change their mind', async () => {
    await subscribeToContacts();
    const person = await guest();
    const url = await unsubscribeUrlOf(person);
    // RFC 8058 §3.1: a POST that is not redirected, and whose sender keeps no cookies.
    const click = await post(url, { 'List-Unsubscribe': 'One-Click' });
    expect(click.status).toBe(200);
    await heard(person.attendeeInvitationId, 'comms.unsubscribed');
    await receiver.until(() => contactEvents().includes('contact.unsubscribed'));
    expect(await resend(person)).toMatchObject({
      status: 422,
      body: { code: 'previous_send_permanently_failed' },
    });
    expect((await sendOf(person)).status).toBe('unsubscribed');

    // Mail programs repeat themselves; the person did it once.
    expect((await post(url, { 'List-Unsubscribe': 'One-Click' })).status).toBe(200);
    expect((await post(url, { choice: 'resubscribe' })).status).toBe(303);
    await receiver.until(() => contactEvents().includes('contact.subscribed'));
    expect(contactEvents()).toEqual(['contact.unsubscribed', 'contact.subscribed']);
    expect((await resend(person)).status).toBe(200);
  });

  /** The account's default webhook hears of e-mails; contacts are asked for by name. */
  async function subscribeToContacts(): Promise<void> {
    const { status } = await api.call('POST', '/api/comms/webhooks', {
      url: receiver.url,
      events: ['contact.*'],
    });
    expect(status).toBe(201);
  }
});
