import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CodedError, defineRpc, messageReader, type MessageContract } from '@qflow/contracts';
import {
  Answers,
  Consume,
  done,
  headersOfSend,
  JetStreamServer,
  Publisher,
  recordSend,
  requestContext,
  RpcClient,
  setSpanSource,
  traced,
  type Incoming,
  type Outcome,
  type RequestContext,
} from '../src/index.js';
import { nats, type Nats } from './nats.js';
import { RecordedSpans, type RecordedSpan } from './recorded-spans.js';

interface Job {
  kind: 'job';
  version: 1;
}
const jobs: MessageContract<Job> = {
  stream: 'SENDS',
  subject: 'comms.send.traced.v1',
  read: messageReader<Job>('job', 1, {}),
};
const context = defineRpc<{ fail?: boolean }, RequestContext | null>('spec.context');

let seen: Incoming<Job>[] = [];

@Controller()
class SpecController {
  @Consume(jobs, { durable: 'traced' })
  async handle(batch: Incoming<Job>[]): Promise<Outcome[]> {
    seen.push(...batch);
    return batch.map(() => done);
  }

  @Answers(context)
  async context({ fail = false }: { fail?: boolean }): Promise<RequestContext | null> {
    if (fail) throw new CodedError('not_found', 'ada@example.com is nowhere');
    return requestContext.current() ?? null;
  }
}

@Module({ controllers: [SpecController] })
class SpecModule {}

let server: Nats;
let app: INestMicroservice;
let publisher: Publisher;
let rpc: RpcClient;
let spans: RecordedSpans;
let settled: () => void;

beforeAll(async () => {
  server = await nats();
  publisher = new Publisher(server.client);
  rpc = new RpcClient(server.connection);
  const { connection, client: jetstream } = server;
  // The spans of a message are there before it counts as settled.
  const onSettled = (): void => settled();
  const strategy = new JetStreamServer({ connection, jetstream, publisher, service: 'spec', onSettled });
  app = await NestFactory.createMicroservice(SpecModule, { strategy, logger: false });
  await app.listen();
});
afterAll(async () => {
  await app.close();
  await server.stop();
});
beforeEach(() => {
  seen = [];
  spans = new RecordedSpans();
  setSpanSource(spans);
});
afterEach(() => setSpanSource(undefined));

/** Publishes a message with these headers, and waits until it is settled. */
async function handled(headers: Record<string, string>): Promise<void> {
  const isSettled = new Promise<void>((resolve) => (settled = resolve));
  const body = JSON.stringify({ kind: 'job', version: 1 } satisfies Job);
  await publisher.publish({ subject: jobs.subject, msgId: randomUUID(), body, headers });
  await isSettled;
}

const byName = (): Record<string, RecordedSpan> =>
  Object.fromEntries(spans.ended.map((span) => [span.name, span]));

describe('a message about a send', () => {
  it('is published, waits and is handled within the trace of that send', async () => {
    const sendId = randomUUID();
    const traceId = sendId.replaceAll('-', '');
    recordSend(sendId, { attributes: { 'qflow.send.id': sendId } });
    await handled(headersOfSend(sendId, { requestId: 'r-1' }));
    const { send, ...others } = byName();
    expect(send).toMatchObject({ traceId, spanId: traceId.slice(16), parentSpanId: undefined });
    expect(Object.keys(others).sort()).toEqual([
      'process comms.send.traced.v1',
      'publish comms.send.traced.v1',
      'wait comms.send.traced.v1',
    ]);
    for (const span of Object.values(others))
      expect(span).toMatchObject({ traceId, parentSpanId: send?.spanId });
    expect(others['process comms.send.traced.v1']?.attributes).toMatchObject({
      'messaging.system': 'nats',
      'messaging.consumer.group.name': 'traced',
      'qflow.outcome': 'done',
    });
    // A service that is not ours finds it in the header.
    expect(seen[0]?.context?.trace).toMatchObject({ traceId, spanId: send?.spanId, traceFlags: 1 });
  });

  it('says that its trace is not recorded, where it is not, and nothing is', async () => {
    setSpanSource((spans = new RecordedSpans(() => false)));
    const sendId = randomUUID();
    recordSend(sendId, {});
    const headers = headersOfSend(sendId, { requestId: 'r-1' });
    expect(headers.traceparent).toMatch(/-00$/);
    await handled(headers);
    expect(await traced(sendId, 'work', {}, async () => 'done')).toBe('done');
    expect(spans.ended).toEqual([]);
  });

  it('has no header while tracing is off, and one that comes all the same is nothing', async () => {
    const headers = headersOfSend(randomUUID(), { requestId: 'r-1' });
    setSpanSource(undefined);
    expect(headersOfSend(randomUUID(), { requestId: 'r-1' })).toEqual({ 'Qflow-Request-Id': 'r-1' });
    await handled(headers);
    expect(seen[0]?.context).toEqual({ requestId: 'r-1' });
    expect(spans.ended).toEqual([]);
  });
});

describe('a question', () => {
  const trace = {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    traceFlags: 1,
  };

  it('and its answer are spans of the request that asks, one within the other', async () => {
    const answered = await requestContext.run({ requestId: 'r-1', trace }, () => rpc.ask(context, {}));
    const { 'ask spec.context': asked, 'answer spec.context': answer } = byName();
    expect(asked).toMatchObject({ traceId: trace.traceId, parentSpanId: trace.spanId });
    expect(answer).toMatchObject({ traceId: trace.traceId, parentSpanId: asked?.spanId });
    // What the answering service does for it is below its own span.
    expect(answered).toMatchObject({ requestId: 'r-1', trace: { spanId: answer?.spanId } });
  });

  it('that is refused names the error, and never repeats its words', async () => {
    const refused = requestContext.run({ requestId: 'r-1', trace }, () => rpc.ask(context, { fail: true }));
    await expect(refused).rejects.toMatchObject({ code: 'not_found' });
    expect(spans.ended).toMatchObject(
      Array(2).fill({ failed: true, attributes: { 'error.type': 'not_found' } }),
    );
    expect(JSON.stringify(spans.ended)).not.toContain('ada');
  });

  it('of no request makes no span', async () => {
    expect(await rpc.ask(context, {})).toEqual({ requestId: 'none' });
    expect(spans.ended).toEqual([]);
  });
});

describe('work on a send', () => {
  it('is a span below its root, and what it asks is below that', async () => {
    const sendId = randomUUID();
    await traced(
      sendId,
      'render',
      { attributes: { 'qflow.attempt': 1 } },
      () => rpc.ask(context, {}),
      () => ({ attributes: { 'qflow.outcome': 'fine' } }),
    );
    const { render, 'ask spec.context': asked } = byName();
    expect(render).toMatchObject({
      parentSpanId: sendId.replaceAll('-', '').slice(16),
      attributes: { 'qflow.attempt': 1, 'qflow.outcome': 'fine' },
    });
    expect(asked).toMatchObject({ traceId: sendId.replaceAll('-', ''), parentSpanId: render?.spanId });
  });

  it('that fails says so by the name of the error, and fails for its caller too', async () => {
    const failed = traced(randomUUID(), 'render', {}, () => Promise.reject(new TypeError('ada@example.com')));
    await expect(failed).rejects.toThrow(TypeError);
    expect(spans.ended).toMatchObject([{ failed: true, attributes: { 'error.type': 'TypeError' } }]);
  });

  it('of a send whose id is none, as anybody may write it, is done without a span', async () => {
    expect(await traced('nonsense', 'render', {}, async () => 'done')).toBe('done');
    expect(spans.ended).toEqual([]);
  });

  it('begins with a root that leads to the request that asked for it', () => {
    const request = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
    requestContext.run({ requestId: 'r-1', trace: { ...request, traceFlags: 1 } }, () =>
      recordSend(randomUUID(), {}),
    );
    expect(spans.ended).toMatchObject([{ name: 'send', parentSpanId: undefined, links: [request] }]);
  });
});
