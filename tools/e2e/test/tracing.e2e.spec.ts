import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startStack, type RunningStack } from '@qflow/local-stack';
import {
  eventually,
  spanReceiver,
  webhookReceiver,
  type ReceivedSpan,
  type SpanReceiver,
  type WebhookReceiver,
} from '@qflow/testing';
import { Inbox, Integrator, type Guest } from './integrator.js';

/** One send is one trace, whichever processes have to do with it, and whenever. */
let stack: RunningStack;
let dataDir: string;
let collector: SpanReceiver;
let api: Integrator;
let receiver: WebhookReceiver;
let secret: string;
let eventId: string;
let templateId: string;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qflow-tracing-'));
  collector = await spanReceiver();
  stack = await startStack({
    dataDir,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, LOG_LEVEL: 'debug' },
    // Tracing is off where there is nobody to send to, and an empty setting is none.
    serviceEnv: { sandbox: { OTEL_EXPORTER_OTLP_ENDPOINT: '' } },
  });
  api = await Integrator.login(stack.info);
  ({ eventId, templateId } = await api.eventWithTemplate());
}, 120_000);
afterAll(async () => {
  await stack?.stop();
  await collector?.close();
  await rm(dataDir, { recursive: true, force: true });
});

let subscriptionId: string;
beforeEach(async () => {
  receiver = await webhookReceiver();
  const { body } = await api.call<{ id: string; secret: string }>('POST', '/api/comms/webhooks', {
    url: `${receiver.url}/${randomBytes(8).toString('hex')}`,
    events: ['comms.sent', 'comms.delivered', 'comms.opened'],
    retry: { delaysSeconds: [1, 1, 1] },
  });
  ({ id: subscriptionId, secret } = body);
});
afterEach(async () => {
  await api.call('DELETE', `/api/comms/webhooks/${subscriptionId}`);
  await receiver.close();
});

const traceIdOf = (sendId: string): string => sendId.replaceAll('-', '');
const traceOf = (sendId: string): ReceivedSpan[] =>
  collector.spans.filter(({ traceId }) => traceId === traceIdOf(sendId));
const named = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan[] =>
  spans.filter((span) => span.name === name);
const rootOf = (sendId: string): ReceivedSpan => {
  const roots = traceOf(sendId).filter(({ parentSpanId }) => parentSpanId === undefined);
  expect(roots).toHaveLength(1);
  return roots[0] as ReceivedSpan;
};

/** Resolves once the trace of a send holds so many spans of each of these names. */
const traced = (sendId: string, counts: Record<string, number>): Promise<void> =>
  collector.until(() => {
    const trace = traceOf(sendId);
    return Object.entries(counts).every(([name, count]) => named(trace, name).length >= count);
  });

/** The last spans of a send that arrives. */
const arrived = {
  'report processed': 1,
  'report delivered': 1,
  'state delivered': 1,
  'process comms.event.*.comms.sent.v1': 1,
  'process comms.event.*.comms.delivered.v1': 1,
};

const senderLog = (): Promise<string> => readFile(path.join(dataDir, 'logs', 'sender.log'), 'utf8');

const newEmail = (): string => `guest+${randomUUID()}@example.com`;
async function guest(email = newEmail(), headers: Record<string, string> = {}): Promise<Guest> {
  const { status, body } = await api.call<Guest>(
    'POST',
    '/api/guest',
    { eventId, commsTemplateId: templateId, firstName: 'Ada', lastName: 'Lovelace', email },
    headers,
  );
  expect(status).toBe(200);
  return body;
}

describe('the trace of a send', () => {
  it('has the id of the send, one root, and a span for everything that happened to it', async () => {
    const caller = { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') };
    const { attendeeInvitationId: sendId } = await guest(newEmail(), {
      traceparent: `00-${caller.traceId}-${caller.spanId}-01`,
    });
    await traced(sendId, { ...arrived, send: 1 });

    const trace = traceOf(sendId);
    // Where a report is faster than the answer to the request, the send is delivered without having been sent.
    const names = new Set(trace.map(({ service, name }) => `${service} ${name}`));
    expect([...names].filter((name) => name !== 'qflow-sender state sent').sort()).toEqual([
      'qflow-events report delivered',
      'qflow-events report processed',
      'qflow-gateway accept',
      'qflow-gateway publish comms.send.requested.v1',
      'qflow-gateway send',
      'qflow-sender ask comms.rpc.templates.version.v1',
      'qflow-sender hand over',
      'qflow-sender process comms.send.requested.v1',
      'qflow-sender publish comms.event.*.comms.delivered.v1',
      'qflow-sender publish comms.event.*.comms.sent.v1',
      'qflow-sender render',
      'qflow-sender state delivered',
      'qflow-sender wait comms.send.requested.v1',
      'qflow-templates answer comms.rpc.templates.version.v1',
      'qflow-webhooks deliver comms.delivered',
      'qflow-webhooks deliver comms.sent',
      'qflow-webhooks process comms.event.*.comms.delivered.v1',
      'qflow-webhooks process comms.event.*.comms.sent.v1',
      'qflow-webhooks wait comms.event.*.comms.delivered.v1',
      'qflow-webhooks wait comms.event.*.comms.sent.v1',
    ]);

    const root = rootOf(sendId);
    expect(root).toMatchObject({ name: 'send', spanId: traceIdOf(sendId).slice(16) });
    const parents: Record<string, string> = {
      'ask comms.rpc.templates.version.v1': 'render',
      'answer comms.rpc.templates.version.v1': 'ask comms.rpc.templates.version.v1',
    };
    for (const span of trace)
      if (span !== root)
        expect([span.name, trace.find(({ spanId }) => spanId === span.parentSpanId)?.name]).toEqual([
          span.name,
          parents[span.name] ?? 'send',
        ]);
    expect(named(trace, 'hand over')).toMatchObject([
      { attributes: { 'qflow.attempt': 1, 'qflow.provider': 'sandbox', 'qflow.outcome': 'accepted' } },
    ]);
    expect(named(trace, 'deliver comms.sent')).toMatchObject([
      {
        attributes: {
          'qflow.subscription.id': subscriptionId,
          'qflow.attempt': 1,
          'http.response.status_code': 200,
        },
      },
    ]);

    // The request is the caller's trace, and the send's trace leads there.
    const request = await eventually(() =>
      collector.spans.find(({ spanId }) => spanId === root.links[0]?.spanId),
    );
    expect(request).toMatchObject({
      ...{ service: 'qflow-gateway', name: 'POST /api/guest', kind: 2 },
      ...{ traceId: caller.traceId, parentSpanId: caller.spanId },
    });
    // So does each report to the post that it came in.
    const [report] = named(trace, 'report delivered');
    const post = await eventually(() =>
      collector.spans.find(({ spanId }) => spanId === report?.links[0]?.spanId),
    );
    expect(post.name).toBe('POST /ingest/sendgrid');
  });

  it('is one for each guest of a call, and all lead to that call', async () => {
    const { body } = await api.call<{ guest: Guest }[]>(
      'POST',
      `/api/guests/${eventId}`,
      Array.from({ length: 3 }, () => ({ email: newEmail(), commsTemplateId: templateId })),
    );
    const sendIds = body.map((result) => result.guest.attendeeInvitationId);
    await Promise.all(sendIds.map((id) => traced(id, { ...arrived, send: 1 })));
    const calls = new Set(sendIds.map((id) => rootOf(id).links[0]?.spanId));
    expect(calls.size).toBe(1);
    for (const sendId of sendIds) {
      const trace = traceOf(sendId);
      expect(rootOf(sendId).attributes['qflow.send.id']).toBe(sendId);
      // Everything in it is there once: nothing of its neighbours is.
      for (const name of ['accept', 'hand over', ...Object.keys(arrived)])
        expect([name, named(trace, name).length]).toEqual([name, 1]);
      expect(named(trace, 'publish comms.send.requested.v1')[0]?.attributes['messaging.message.id']).toBe(
        `send:${sendId}`,
      );
    }
  });

  it('goes on with a retry of either side, and with what the provider reports later', async () => {
    const email = newEmail();
    await fetch(`${stack.info.sandbox}/faults/rules`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ match: { to: email }, fault: 'server-error', times: 1 }),
    });
    let refusals = 0;
    receiver.answer((_request, response) => void response.writeHead(refusals++ === 0 ? 500 : 200).end());
    const { attendeeInvitationId: sendId } = await guest(email);
    await traced(sendId, { 'hand over': 2, 'state queued': 1, ...arrived });
    await collector.until(
      () => traceOf(sendId).filter(({ name }) => name.startsWith('deliver ')).length === 3,
    );
    expect(named(traceOf(sendId), 'hand over').map(({ attributes, failed }) => [attributes, failed])).toEqual(
      [
        [expect.objectContaining({ 'qflow.attempt': 1, 'qflow.outcome': 'retryable' }), true],
        [expect.objectContaining({ 'qflow.attempt': 2, 'qflow.outcome': 'accepted' }), false],
      ],
    );
    const deliveries = traceOf(sendId).filter(({ name }) => name.startsWith('deliver '));
    expect(deliveries.filter(({ failed }) => failed)).toMatchObject([
      { attributes: { 'qflow.attempt': 1, 'http.response.status_code': 500, 'error.type': 'http_500' } },
    ]);
    expect(deliveries.map(({ attributes }) => attributes['qflow.attempt']).sort()).toEqual([1, 1, 2]);

    const [message] = await new Inbox(stack.info).ofSend(sendId);
    await fetch(`${stack.info.sandbox}/inbox/messages/${message?.id}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ event: 'open' }),
    });
    await traced(sendId, { 'report opened': 1, 'state opened': 1, 'deliver comms.opened': 1 });
    const { spanId } = rootOf(sendId);
    for (const name of ['report opened', 'state opened', 'deliver comms.opened'])
      expect([name, named(traceOf(sendId), name)[0]?.parentSpanId]).toEqual([name, spanId]);
  });

  it('begins anew with a resend', async () => {
    const { id: attendeeId, attendeeInvitationId: first } = await guest();
    await traced(first, arrived);
    const { body } = await api.call<{ attendeeInvitationId: string }>('POST', '/api/comms/send', {
      attendeeId,
      templateId,
    });
    const resent = body.attendeeInvitationId;
    await traced(resent, { ...arrived, send: 1, accept: 1 });
    expect(rootOf(resent).attributes['qflow.send.id']).toBe(resent);
    // Nothing of the request itself is in it: that is another trace, of which the sender's answer is a part.
    const request = rootOf(resent).links[0]?.traceId;
    await collector.until((spans) =>
      [
        ['qflow-gateway', 'POST /api/comms/send'],
        ['qflow-gateway', 'ask comms.rpc.sender.request.v1'],
        ['qflow-sender', 'answer comms.rpc.sender.request.v1'],
      ].every(([service, name]) =>
        named(spans, name as string).some((span) => span.service === service && span.traceId === request),
      ),
    );
  });
});

describe('what is told', () => {
  it('holds no address, no secret and no URL of anybody', async () => {
    const { attendeeInvitationId: sendId } = await guest();
    await traced(sendId, arrived);
    const told = collector.bodies.join('\n');
    for (const never of ['@', 'example.com', 'Lovelace', receiver.url, secret, 'Bearer'])
      expect([never, told.includes(never)]).toEqual([never, false]);
  });

  it('is told by services with an endpoint alone, each under its name', () => {
    expect([...new Set(collector.spans.map(({ service }) => service))].sort()).toEqual([
      'qflow-events',
      'qflow-gateway',
      'qflow-sender',
      'qflow-templates',
      'qflow-webhooks',
    ]);
  });

  it('is found from the log, and the log from it', async () => {
    const { attendeeInvitationId: sendId } = await guest();
    const line = await eventually(async () =>
      (await senderLog()).split('\n').find((one) => one.includes('e-mail accepted') && one.includes(sendId)),
    );
    expect(line).toContain(`"trace_id":"${traceIdOf(sendId)}"`);
  });
});

describe('a collector that is away', () => {
  it('changes nothing, and is told of', async () => {
    const port = Number(new URL(collector.url).port);
    await collector.close();
    const guests = await Promise.all(Array.from({ length: 20 }, () => guest()));
    const sendIds = guests.map(({ attendeeInvitationId }) => attendeeInvitationId);
    await receiver.until((all) =>
      sendIds.every((id) =>
        all.some(({ json }) => json.data.attendeeInvitationId === id && json.type === 'comms.delivered'),
      ),
    );
    await eventually(async () => (await senderLog()).includes('traces cannot be sent'));

    // Back again, it is found again.
    collector = await spanReceiver(port);
    const { attendeeInvitationId: sendId } = await guest();
    await traced(sendId, { send: 1, 'hand over': 1 });
  });
});
