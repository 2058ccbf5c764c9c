import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startStack, type RunningStack } from '@qflow/local-stack';
import { eventually, webhookReceiver, type WebhookReceiver } from '@qflow/testing';
import { Integrator } from './integrator.js';
import { Operator } from './operator.js';

/**
 * One run in which every secret is used, wrongly too, and services and servers are killed; then everything that any
 * process has written is searched for them.
 */
let stack: RunningStack;
let dataDir: string;
let receiver: WebhookReceiver;
const said: string[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qflow-redaction-'));
  stack = await startStack({
    dataDir,
    log: (line) => said.push(line),
    env: { LOG_LEVEL: 'trace' },
  });
  receiver = await webhookReceiver();
}, 120_000);
afterAll(async () => {
  await receiver?.close();
  await stack?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** As text, and as somebody's encoder might have written it. */
const spellings = (secret: string): string[] => {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('base64'), bytes.toString('hex'), encodeURIComponent(secret)];
};

async function everythingWritten(): Promise<string> {
  const logs = path.join(dataDir, 'logs');
  const files = await Promise.all(
    (await readdir(logs)).map((name) => readFile(path.join(logs, name), 'utf8')),
  );
  return [...files, ...said].join('\n');
}

it('shows no secret in anything that a process writes', async () => {
  const login = await new Operator(dataDir).sender();
  const token = await Integrator.tokenOf(stack.info, login);
  const api = await Integrator.login(stack.info, login);
  const { eventId, templateId } = await api.eventWithTemplate();
  const chosen = `chosen-${randomBytes(16).toString('hex')}`;
  const header = `Bearer ${randomUUID()}`;
  const secrets = [login.password, token, chosen, header, stack.info.demo.clientSecret];

  secrets.push(await api.registerWebhook(receiver.url));
  for (const format of ['qflow', 'standard', 'sendcomms', 'emailflow']) {
    const { status, body } = await api.call<{ id: string; secret: string }>('POST', '/api/comms/webhooks', {
      url: receiver.url,
      format,
      ...(format === 'sendcomms' && { secret: chosen }),
      headers: { Authorization: header },
    });
    expect([format, status]).toEqual([format, 201]);
    secrets.push(body.secret);
    const rotated = await api.call<{ secret: string }>('POST', `/api/comms/webhooks/${body.id}/rotate`, {
      overlapSeconds: 3_600,
    });
    secrets.push(rotated.body.secret);
    await api.call('POST', `/api/comms/webhooks/${body.id}/test`);
  }
  const key = await api.call<{ key: string }>('POST', '/api/keys', { name: 'ci', scopes: ['webhooks'] });
  secrets.push(key.body.key);

  // Refused: the secrets are in the requests that fail.
  await api.call('POST', '/api/comms/webhooks', { url: 'https://10.0.0.1/', secret: chosen });
  await api.call('POST', '/api/comms/webhooks', {
    url: receiver.url,
    secret: chosen.slice(0, 10),
    format: 'standard',
  });
  await api.call('POST', '/api/comms/webhooks', `{"url":"${receiver.url}","secret":"${chosen}`);

  // Deliveries that fail, and a database that goes away under them.
  receiver.answer((_request, response) => void response.writeHead(401).end('bad signature'));
  await api.createGuest({ eventId, commsTemplateId: templateId });
  await receiver.until((all) => all.filter(({ json }) => json.type === 'comms.sent').length > 0);
  await stack.kill('postgres');
  await stack.kill('webhooks');
  await eventually(async () => {
    const { status } = await api.call('GET', '/api/comms/webhooks');
    return status === 200;
  });

  const written = await everythingWritten();
  expect(written.length).toBeGreaterThan(1_000);
  const shown = secrets.filter((secret) => spellings(secret).some((spelling) => written.includes(spelling)));
  expect(shown).toEqual([]);
  expect(secrets.every((secret) => secret.length > 9)).toBe(true);
}, 120_000);
