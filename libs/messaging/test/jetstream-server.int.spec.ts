import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AckPolicy, jetstreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  CodedError,
  defineRpc,
  messageReader,
  type DeadLetterV1,
  type MessageContract,
} from '@qflow/contracts';
import {
  Answers,
  Consume,
  dead,
  done,
  ensureStreams,
  JetStreamServer,
  Publisher,
  requestContext,
  retry,
  RpcClient,
  type Incoming,
  type LaterOutcome,
  type Outcome,
} from '../src/index.js';
import { nats, type Nats } from './nats.js';

interface Job {
  kind: 'job';
  version: 1;
  name: string;
}
const jobs: MessageContract<Job> = {
  stream: 'SENDS',
  subject: 'comms.send.spec.v1',
  read: messageReader<Job>('job', 1, { name: 'a text' }),
};
const heldJobs: MessageContract<Job> = { ...jobs, subject: 'comms.send.held.v1' };
const gatheredJobs: MessageContract<Job> = { ...jobs, subject: 'comms.send.gathered.v1' };
const double = defineRpc<{ value: number }, { value: number; requestId: string | undefined }>('spec.double');
const repeated = defineRpc<{ text: string; times: number }, string>('spec.repeated');
const unanswered = defineRpc<object, object>('spec.nobody');

/** What the handler saw and how it should answer, set by each spec. */
const script = {
  batches: [] as Incoming<Job>[][],
  outcome: (_incoming: Incoming<Job>): LaterOutcome => done,
  watch: (): void => {},
};
const ackWaitMs = 600;
/** Of the handler that holds what it gets, until each is settled by the spec. */
const held = { copies: 0, outcome: Promise.resolve(done), begun: (): void => {} };
/** Resolves once `condition` holds, checked after every batch. */
const until = (condition: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    script.watch = () => {
      if (condition()) resolve();
    };
    script.watch();
  });
const names = (): string[] => script.batches.flat().map(({ message }) => message.name);

@Controller()
class SpecController {
  @Consume(jobs, { durable: 'spec', maxBatch: 100, concurrency: 1 })
  async handle(batch: Incoming<Job>[]): Promise<LaterOutcome[]> {
    script.batches.push(batch);
    // After this turn, so that whoever waits finds the batch settled.
    setImmediate(() => script.watch());
    return batch.map((incoming) => script.outcome(incoming));
  }

  @Consume(gatheredJobs, { durable: 'gathered', concurrency: 1, gatherMs: 600_000 })
  async gather(batch: Incoming<Job>[]): Promise<LaterOutcome[]> {
    return this.handle(batch);
  }

  @Consume(heldJobs, { durable: 'held', ackWaitMs })
  async hold(batch: Incoming<Job>[]): Promise<LaterOutcome[]> {
    held.copies += batch.length;
    held.begun();
    return batch.map(() => held.outcome);
  }

  @Answers(double)
  async double({ value }: { value: number }): Promise<{ value: number; requestId: string | undefined }> {
    if (value === 404) throw new CodedError('not_found', 'no such number');
    if (value === 500) throw new Error('password is hunter2');
    return { value: value * 2, requestId: requestContext.current()?.requestId };
  }

  @Answers(repeated)
  async repeated({ text, times }: { text: string; times: number }): Promise<string> {
    return text.repeat(times);
  }
}

@Module({ controllers: [SpecController] })
class SpecModule {}

let server: Nats;
let app: INestMicroservice;
let strategy: JetStreamServer;
let publisher: Publisher;
let rpc: RpcClient;
/** What the transport has told for metrics. */
let told: string[] = [];

const open = async (): Promise<INestMicroservice> => {
  strategy = new JetStreamServer({
    connection: server.connection,
    jetstream: server.client,
    publisher,
    service: 'spec',
    onOpened: (durable) => void told.push(`${durable} is open`),
    onTaken: (durable, waitMs) =>
      void told.push(`${durable} was given a message${waitMs >= 0 ? '' : ' too soon'}`),
    onSettled: (durable, outcome, count) => void told.push(`${durable}: ${count} ${outcome}`),
  });
  const opened = await NestFactory.createMicroservice(SpecModule, { strategy, logger: false });
  await opened.listen();
  return opened;
};

const publish = (name: string, extra: object = {}, subject = jobs.subject): Promise<void> =>
  publisher.publish({
    subject,
    msgId: crypto.randomUUID(),
    body: JSON.stringify({ kind: 'job', version: 1, name, ...extra }),
  });

const unsettled = async (durable = 'spec'): Promise<number> =>
  (await (await jetstreamManager(server.connection)).consumers.info(jobs.stream, durable)).num_ack_pending;

/** Resolves once nothing is unsettled: the server applies acknowledgements a moment after it has taken them. */
async function settled(durable = 'spec'): Promise<void> {
  while ((await unsettled(durable)) > 0);
}

/** The newest letter on DEAD, once it is there. */
async function lastLetter(): Promise<DeadLetterV1> {
  const manager = await jetstreamManager(server.connection);
  for (;;) {
    const { state } = await manager.streams.info('DEAD');
    const message =
      state.messages > 0 ? await manager.streams.getMessage('DEAD', { seq: state.last_seq }) : null;
    if (message) return message.json<DeadLetterV1>();
  }
}

beforeAll(async () => {
  server = await nats();
  publisher = new Publisher(server.client);
  rpc = new RpcClient(server.connection);
  app = await open();
});
afterAll(async () => {
  await app.close();
  await server.stop();
});
beforeEach(() => {
  script.batches = [];
  script.outcome = () => done;
  held.copies = 0;
});

describe('a consumer', () => {
  it('hands over what has arrived, together', async () => {
    await app.close();
    await Promise.all(Array.from({ length: 50 }, (_, n) => publish(`n${n}`)));
    app = await open();
    await until(() => names().length === 50);
    expect(new Set(names()).size).toBe(50);
    expect(script.batches.length).toBeLessThan(50);
  });

  it('gathers what follows a batch closely, until that is enough', async () => {
    const gathered = (name: string) => publish(name, {}, gatheredJobs.subject);
    await gathered('first');
    await until(() => names().length === 1);
    for (let n = 0; n < 32; n++) await gathered(`n${n}`);
    await until(() => names().length === 33);
    expect(script.batches.map((batch) => batch.length)).toEqual([1, 32]);
  });

  it('tells what becomes of messages, and that it was given one only the first time', async () => {
    expect(strategy.open).toContainEqual({ stream: jobs.stream, durable: 'spec' });
    expect(told).toContain('spec is open');
    await settled();
    told = [];
    script.outcome = ({ delivery }) => (delivery === 1 ? retry(1, 'spec') : done);
    await publish('told');
    await until(() => names().length === 2);
    await settled();
    expect(told).toEqual(['spec was given a message', 'spec: 1 retry', 'spec: 1 done']);
  });

  it('pulls nothing while it is held back, and goes on with everything when it is let go', async () => {
    strategy.hold('spec', 3_600_000);
    await publish('while held');
    // Answered by the same consumer's neighbour, so NATS has had its chance to deliver.
    const other = new Promise<void>((resolve) => (held.begun = resolve));
    held.outcome = Promise.resolve(done);
    await publish('not held', {}, heldJobs.subject);
    await other;
    expect(names()).toEqual([]);
    await settled();

    strategy.hold('spec', 0);
    await until(() => names().includes('while held'));
    expect(() => strategy.hold('nobody', 1)).toThrow('there is no consumer nobody');
  });

  it('gives back what it had not begun when it is held back', async () => {
    let finish: (outcome: Outcome) => void = () => {};
    script.outcome = ({ message }) => {
      if (message.name === 'first') strategy.hold('spec', 3_600_000);
      return message.name === 'first' ? new Promise<Outcome>((resolve) => (finish = resolve)) : done;
    };
    await publish('first');
    await until(() => names().includes('first'));
    await publish('second');
    strategy.hold('spec', 0);
    await until(() => names().includes('second'));
    finish(done);
    expect(script.batches.flat().map(({ message, delivery }) => `${message.name} ${delivery}`)).toContain(
      'first 1',
    );
  });

  it('gets a message again that it asked to be retried, and not one that is done', async () => {
    script.outcome = ({ message, delivery }) =>
      message.name === 'again' && delivery === 1 ? retry(10, 'not yet') : done;
    await publish('again');
    await publish('once');
    await until(() => names().filter((name) => name === 'again').length === 2);
    expect(names().filter((name) => name === 'once')).toHaveLength(1);
  });

  it('may promise an outcome: what comes after is handled meanwhile, and it is settled when it is known', async () => {
    let finish: (outcome: Outcome) => void = () => {};
    const slow = new Promise<Outcome>((resolve) => (finish = resolve));
    script.outcome = ({ message, delivery }) => (message.name === 'slow' && delivery === 1 ? slow : done);
    await publish('slow');
    await until(() => names().includes('slow'));
    await publish('quick');
    await until(() => names().includes('quick'));
    while ((await unsettled()) > 1);
    expect(await unsettled()).toBe(1);

    finish(retry(1, 'not yet'));
    await until(() => names().filter((name) => name === 'slow').length === 2);
    await app.close();
    await settled();
    app = await open();
  });

  it('ends only when what was promised is settled', async () => {
    let finish: (outcome: Outcome) => void = () => {};
    script.outcome = () => new Promise<Outcome>((resolve) => (finish = resolve));
    await publish('promised');
    await until(() => names().includes('promised'));

    const order: string[] = [];
    const closing = app.close().then(() => order.push('closed'));
    // Everything else that an end has to wait for is over by then.
    expect(await unsettled()).toBe(1);
    await server.connection.flush();
    order.push('finished');
    finish(done);
    await closing;
    expect(order).toEqual(['finished', 'closed']);
    await settled();
    app = await open();
  });

  it('gets a message again whose promised outcome fails', async () => {
    script.outcome = ({ delivery }) =>
      delivery === 1 ? Promise.reject(new Error('the database is away')) : done;
    await publish('broken');
    await until(() => names().length === 2);
    expect(script.batches.flat().map(({ delivery }) => delivery)).toEqual([1, 2]);
  });

  it('gets nothing twice that it has in hand, however long that takes', async () => {
    let finish: (outcome: Outcome) => void = () => {};
    held.outcome = new Promise((resolve) => (finish = resolve));
    const begun = new Promise<void>((resolve) => (held.begun = resolve));
    await publish('held', {}, heldJobs.subject);
    await begun;

    // A consumer that says nothing: NATS has waited for both when that one gets its message again.
    const manager = await jetstreamManager(server.connection);
    await manager.consumers.add('EVENTS', {
      durable_name: 'mute',
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ackWaitMs),
      filter_subject: 'comms.event.mute.v1',
    });
    await publisher.publish({ subject: 'comms.event.mute.v1', msgId: crypto.randomUUID(), body: '{}' });
    const mute = await server.client.consumers.get('EVENTS', 'mute');
    for (let delivery = 0; delivery < 3;) delivery = (await mute.next())?.info.deliveryCount ?? delivery;

    expect(held.copies).toBe(1);
    await manager.consumers.delete('EVENTS', 'mute');
    await manager.streams.purge('EVENTS');
    finish(done);
    await app.close();
    await settled('held');
    app = await open();
  });

  it('gets the whole batch again when its handler throws', async () => {
    script.outcome = ({ delivery }) => {
      if (delivery === 1) throw new Error('the database is away');
      return done;
    };
    await publish('thrown');
    await until(() => names().length === 2);
    expect(script.batches.flat().map(({ delivery }) => delivery)).toEqual([1, 2]);
  });

  it('finds the message at fault, buries it after five tries, and handles its neighbours at once', async () => {
    script.outcome = ({ message }) => {
      if (message.name === 'faulty') throw new Error('invalid input syntax');
      return done;
    };
    await app.close();
    await Promise.all(['a', 'faulty', 'b'].map((name) => publish(name)));
    app = await open();
    await until(() => names().filter((name) => name === 'faulty').length >= 6);
    // Once with its neighbours and once alone on the first delivery, then alone.
    expect(names().filter((name) => name === 'a').length).toBeLessThanOrEqual(2);
    const letter = await lastLetter();
    expect(letter.reason).toBe('its handler failed 5 times: invalid input syntax');
  });

  it('buries what is dead and what it cannot read, with the reason, and goes on', async () => {
    script.outcome = ({ message }) => (message.name === 'poison' ? dead('cannot be handled') : done);
    await publish('poison');
    await publish('future', { version: 2 });
    await publisher.publish({ subject: jobs.subject, msgId: 'junk', body: '{' });
    await publish('healthy');
    await until(() => names().includes('healthy'));
    const manager = await jetstreamManager(server.connection);
    const { state } = await manager.streams.info('DEAD');
    const letters: DeadLetterV1[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq++)
      letters.push((await manager.streams.getMessage('DEAD', { seq }))?.json<DeadLetterV1>() as DeadLetterV1);
    expect(letters.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining([
        'cannot be handled',
        'the body is not JSON',
        'version 2 of job is unknown, expected 1',
      ]),
    );
    expect(letters.find(({ reason }) => reason === 'the body is not JSON')?.body).toBe('{');
  });

  it('goes on after NATS was killed, with everything that was stored', async () => {
    await publish('before');
    await until(() => names().includes('before'));
    await server.kill();
    await server.restart();
    // The first tries may meet the connection while it is still being made anew.
    while (
      !(await publish('after').then(
        () => true,
        () => false,
      ))
    );
    await until(() => names().includes('after'));
  });
});

describe('a publisher', () => {
  it('tells which messages are stored, and a repeat inside the window is dropped', async () => {
    const one = { subject: 'comms.event.spec.v1', msgId: 'same', body: '{}' };
    expect(await publisher.publishAll([one, one, { ...one, msgId: 'other' }], () => {})).toEqual({
      stored: [true, true, true],
      interrupted: false,
    });
    const { state } = await (await jetstreamManager(server.connection)).streams.info('EVENTS');
    expect(state.messages).toBe(2);
  });

  it('reports what NATS never takes, and goes on with the others', async () => {
    const errors: unknown[] = [];
    const huge = { subject: 'comms.event.spec.v1', msgId: 'huge', body: 'x'.repeat(2 * 1024 * 1024) };
    const fine = { subject: 'comms.event.spec.v1', msgId: 'fine', body: '{}' };
    expect(await publisher.publishAll([huge, fine], (error) => errors.push(error))).toEqual({
      stored: [false, true],
      interrupted: false,
    });
    expect(errors).toHaveLength(1);
  });
});

describe('streams', () => {
  it('may be set up by any number of replicas at once, again and again', async () => {
    const manager = await jetstreamManager(server.connection);
    await Promise.all([1, 2, 3].map(() => ensureStreams(manager, 1)));
    const { config } = await manager.streams.info('SENDS');
    expect(config).toMatchObject({ retention: 'workqueue', storage: 'file', discard: 'new' });
  });
});

describe('a question', () => {
  it('is answered, in the context of the request that asked', async () => {
    const answer = await requestContext.run({ requestId: 'r-1' }, () => rpc.ask(double, { value: 21 }));
    expect(answer).toEqual({ value: 42, requestId: 'r-1' });
  });

  it('fails with the code of the service that was asked', async () => {
    await expect(rpc.ask(double, { value: 404 })).rejects.toMatchObject({
      code: 'not_found',
      detail: 'no such number',
    });
  });

  it('shows nothing of an internal failure', async () => {
    await expect(rpc.ask(double, { value: 500 })).rejects.toMatchObject({
      code: 'server_error',
      detail: 'An internal service failed.',
    });
  });

  it('is told at once where it, or its answer, is too large to travel: trying again would not help', async () => {
    const million = 'x'.repeat(1_000_000);
    await expect(rpc.ask(repeated, { text: million, times: 1 })).resolves.toBe(million);
    await expect(rpc.ask(repeated, { text: million, times: 2 })).rejects.toMatchObject({
      code: 'server_error',
    });
    await expect(rpc.ask(repeated, { text: million + million, times: 1 })).rejects.toMatchObject({
      code: 'payload_too_large',
    });
  });

  it('that nobody answers is "unavailable", at once', async () => {
    await expect(rpc.ask(unanswered, {})).rejects.toMatchObject({
      code: 'unavailable',
      extras: { retryAfter: 2 },
    });
  });
});

describe('a service that stops', () => {
  it('does not wait for a NATS that is frozen, long before that is found to be lost', async () => {
    const lost: string[] = [];
    const status = server.connection.status();
    const watching = (async () => {
      for await (const { type } of status) if (type === 'disconnect') lost.push(type);
    })();
    const thaw = server.freeze();
    await strategy.close();
    thaw();
    expect(lost).toEqual([]);
    await server.connection.close();
    await watching;
  });
});
