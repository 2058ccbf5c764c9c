import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runAdmin, startStack, type RunningStack } from '@qflow/local-stack';
import { eventually, webhookReceiver, type WebhookReceiver } from '@qflow/testing';
import pg from 'pg';
import { baseBackup } from './base-backup.js';
import { Inbox, Integrator, type Guest } from './integrator.js';

/** docs/operations.md, "Restore", rehearsed: every disk is lost, and a backup of PostgreSQL is all there is. */
let folder: string;
let stack: RunningStack;
let api: Integrator;
let receiver: WebhookReceiver;
let eventId: string;
let templateId: string;

const start = async (): Promise<void> => {
  stack = await startStack({ dataDir: path.join(folder, 'data') });
  api = await Integrator.login(stack.info);
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qflow-restore-'));
  receiver = await webhookReceiver();
  await start();
  ({ eventId, templateId } = await api.eventWithTemplate());
  await api.registerWebhook(receiver.url);
}, 120_000);
afterAll(async () => {
  await stack?.stop();
  await receiver?.close();
  await rm(folder, { recursive: true, force: true });
});

const guests = (count: number): Promise<Guest[]> =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const email = `guest+${randomUUID()}@example.com`;
      const { status, body } = await api.createGuest({ email, eventId, commsTemplateId: templateId });
      expect(status).toBe(200);
      return body;
    }),
  );

const delivered = (all: Guest[]): Promise<void> =>
  receiver.until((requests) => {
    const told = new Set(
      requests.map(({ json }) => `${json.type} ${String(json.data.attendeeInvitationId)}`),
    );
    return all.every(
      ({ attendeeInvitationId: id }) => told.has(`comms.sent ${id}`) && told.has(`comms.delivered ${id}`),
    );
  });

const mailsOf = (all: Guest[]): Promise<number[]> =>
  Promise.all(
    all.map(
      async ({ attendeeInvitationId }) => (await new Inbox(stack.info).ofSend(attendeeInvitationId)).length,
    ),
  );

/** The provider takes nothing, so sends wait: some with the sender, and when it has had enough, on the stream. */
async function closeProvider(): Promise<Guest[]> {
  await fetch(`${stack.info.sandbox}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rate500: 1 }),
  });
  const taken = await guests(40);
  await eventually(async () =>
    /^qflow_sending_held 1$/m.test(await (await fetch(`${stack.info.services.sender}/metrics`)).text()),
  );
  return taken;
}

/** How many of these sends the sender has taken over. */
async function known(all: Guest[]): Promise<number> {
  const client = new pg.Client({ connectionString: stack.info.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ count: number }>(
    'SELECT count(*)::int FROM sender.sends WHERE id = ANY($1)',
    [all.map(({ attendeeInvitationId }) => attendeeInvitationId)],
  );
  await client.end();
  return rows[0]?.count ?? 0;
}

/** Everything dies at once, and the disks of NATS with it. */
async function loseEverything(): Promise<void> {
  const stopped = stack.stop();
  stack.killNow();
  await stopped;
  await rm(path.join(folder, 'data', 'nats'), { recursive: true });
}

describe('a restore from a backup of PostgreSQL, with all streams lost', () => {
  it('mails everybody who was accepted, and nobody twice', async () => {
    const before = await guests(5);
    await delivered(before);
    const since = new Date().toISOString();
    const waiting = [...(await closeProvider()), ...(await guests(20))];
    expect(await known(waiting)).toBeLessThan(waiting.length);
    const backup = await baseBackup(stack.info.databaseUrl, path.join(folder, 'backup'));

    await loseEverything();
    await backup.restore();
    await start();
    expect(await runAdmin(path.join(folder, 'data'), ['send', 'republish', '--since', since])).toBe(0);

    await delivered(waiting);
    expect(new Set(await mailsOf(waiting))).toEqual(new Set([1]));
    // The inbox is that of a sandbox which began anew.
    expect(new Set(await mailsOf(before))).toEqual(new Set([0]));
    expect(await known(waiting)).toBe(waiting.length);
  }, 240_000);
});
