import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AckPolicy, jetstream, type JetStreamManager } from '@nats-io/jetstream';
import * as contracts from '@qflow/contracts';
import type { NatsUser } from '@qflow/local-stack';
import { Publisher } from '../src/index.js';
import { takeBackup } from './take-backup.js';
import { serverWithUsers, users } from './users.js';

const { changeSubjects, commsEventSubject, deadLetterSubject, endpointEventTypes, eventTypes } = contracts;

let server: Awaited<ReturnType<typeof serverWithUsers>>;
beforeAll(async () => (server = await serverWithUsers()));
afterAll(() => server.stop());

const services = users.filter((user) => user !== 'streams');
const account = '0199c3a1-5b1e-7c1a-8b59-000000000001';

/** Every question there is, with whoever answers it: a new one cannot be forgotten here. */
const questions = Object.values(contracts)
  .map((value: unknown) => (value as { subject?: unknown } | null)?.subject)
  .filter((subject): subject is string => typeof subject === 'string' && subject.startsWith('comms.rpc.'));
const answererOf = (subject: string): NatsUser => {
  const topic = subject.split('.')[2];
  return topic === 'templates' || topic === 'sender' ? topic : 'webhooks';
};

/** Every subject of a stream, with all who may publish it. */
const publications: [subject: string, by: NatsUser[]][] = [
  [contracts.sendRequestedV1.subject, ['gateway', 'sender']],
  [contracts.noticeMailV1.subject, ['gateway']],
  [contracts.recipientChoiceV1.subject, ['gateway']],
  [contracts.providerEventsV1.subject, ['events']],
  [deadLetterSubject('SENDS'), ['sender']],
  [deadLetterSubject('PROVIDER'), ['sender', 'events']],
  [deadLetterSubject('EVENTS'), ['gateway', 'webhooks']],
  [deadLetterSubject('webhooks'), ['webhooks']],
  ...eventTypes.map((type): [string, NatsUser[]] => [
    commsEventSubject(account, type),
    (endpointEventTypes as readonly string[]).includes(type) ? ['webhooks'] : ['sender'],
  ]),
];

const announcements: [subject: string, by: NatsUser, to: NatsUser[]][] = [
  [changeSubjects.event, 'gateway', ['gateway']],
  [changeSubjects.logins, 'gateway', ['gateway']],
  [changeSubjects.keys, 'gateway', ['gateway']],
  [changeSubjects.template, 'templates', ['gateway']],
  [changeSubjects.subscriptions, 'webhooks', ['webhooks']],
];

const consumers: [user: NatsUser, durable: string, contract: { stream: string; subject: string }][] = [
  ['gateway', 'gateway-notices', contracts.endpointEventV1],
  ['sender', 'sender-requests', contracts.sendRequestedV1],
  ['sender', 'sender-notices', contracts.noticeMailV1],
  ['sender', 'sender-choices', contracts.recipientChoiceV1],
  ['sender', 'sender-reports', contracts.providerEventsV1],
  ['webhooks', 'webhooks-events', contracts.commsEventV1],
];

/** The streams that have something to be kept once everything on them was handled. */
const backedUp: readonly string[] = ['EVENTS', 'DEAD'];

const managerOf = (user: NatsUser): Promise<JetStreamManager> =>
  jetstream(server.as[user].connection).jetstreamManager(false);

describe('what is allowed', () => {
  it.each(publications)('%s is published by %j', async (subject, by) => {
    for (const user of by) await jetstream(server.as[user].connection).publish(subject, '{}');
  });

  it.each(questions)('%s is asked by the gateway and answered', async (subject) => {
    const answerer = answererOf(subject);
    const { connection } = server.as[answerer];
    const answering = connection.subscribe(subject, {
      queue: answerer,
      callback: (_error, message) => void message.respond('answer'),
    });
    await connection.flush();
    expect((await server.as.gateway.connection.request(subject, '{}')).string()).toBe('answer');
    answering.unsubscribe();
  });

  it('the sender is answered by templates', async () => {
    const { subject } = contracts.getTemplateVersion;
    const answering = server.as.templates.connection.subscribe(subject, {
      queue: 'templates',
      callback: (_error, message) => void message.respond('answer'),
    });
    await server.as.templates.connection.flush();
    expect((await server.as.sender.connection.request(subject, '{}')).string()).toBe('answer');
    answering.unsubscribe();
  });

  it.each(announcements)('%s is announced by %s and heard by %j', async (subject, by, to) => {
    for (const user of to)
      expect(await server.as[user].refused((nats) => nats.subscribe(subject, { max: 1 }))).toEqual([]);
    expect(await server.as[by].refused((nats) => nats.publish(subject, '{}'))).toEqual([]);
  });

  it.each(consumers)('%s consumes with %s', async (user, durable, { stream, subject }) => {
    const manager = await managerOf(user);
    await manager.consumers.add(stream, {
      durable_name: durable,
      ack_policy: AckPolicy.Explicit,
      filter_subject: subject,
    });
    await manager.consumers.update(stream, durable, { max_ack_pending: 7 });
    const consumer = await jetstream(server.as[user].connection).consumers.get(stream, durable);
    const message = await consumer.next({ expires: 5_000 });
    message?.working();
    expect(await message?.ackAck()).toBe(true);
  });

  it('the gateway reads the event feed, and every service sees whether the streams are there', async () => {
    const { direct } = await managerOf('gateway');
    const subjects: string[] = [];
    for await (const { subject } of await direct.getBatch('EVENTS', { seq: 1, batch: 1 }))
      subjects.push(subject);
    expect(subjects).toEqual([expect.stringMatching(/^comms\.event\./)]);
    for (const user of users) expect(await (await managerOf(user)).streams.names().next()).toHaveLength(4);
  });

  it('streams reads a dead letter, by its number or as the last of its origin', async () => {
    const subject = deadLetterSubject('SENDS');
    const { seq } = await jetstream(server.as.sender.connection).publish(subject, 'letter');
    const { streams } = await managerOf('streams');
    expect((await streams.getMessage('DEAD', { seq }))?.string()).toBe('letter');
    expect((await streams.getMessage('DEAD', { last_by_subj: subject }))?.seq).toBe(seq);
  });

  it.each([
    ['EVENTS', 'sender', commsEventSubject(account, 'comms.sent')],
    ['DEAD', 'sender', deadLetterSubject('SENDS')],
  ] as const)('streams takes a backup of %s, as the NATS CLI does', async (stream, user, subject) => {
    const body = randomBytes(10_000);
    await jetstream(server.as[user].connection).publish(subject, body);
    const { chunks, bytes, status } = await takeBackup(server.as.streams.connection, stream);
    expect(status).toBe(204);
    expect(chunks).toBeGreaterThan(2);
    expect(bytes).toBeGreaterThan(body.length);
  });
});

/** One service's doings that another one must not be capable of. */
const forbiddenToPublish: [user: NatsUser, subject: string][] = [
  ...publications.flatMap(([subject, by]) =>
    users.filter((user) => !by.includes(user)).map((user): [NatsUser, string] => [user, subject]),
  ),
  ...announcements.flatMap(([subject, by]) =>
    users.filter((user) => user !== by).map((user): [NatsUser, string] => [user, subject]),
  ),
  ...questions.flatMap((subject) =>
    users
      .filter((user) => user !== 'gateway')
      .filter((user) => user !== 'sender' || subject !== contracts.getTemplateVersion.subject)
      .map((user): [NatsUser, string] => [user, subject]),
  ),
  ...users.flatMap((user) =>
    ['SENDS', 'PROVIDER', 'EVENTS', 'DEAD'].flatMap((stream) =>
      [
        ...['DELETE', 'PURGE', 'MSG.DELETE', 'RESTORE', 'LEADER.STEPDOWN'],
        ...(user === 'streams' ? [] : ['CREATE', 'UPDATE', 'INFO']),
        ...(user === 'streams' && stream === 'DEAD' ? [] : ['MSG.GET']),
        ...(user === 'streams' && backedUp.includes(stream) ? [] : ['SNAPSHOT']),
      ].map((what): [NatsUser, string] => [user, `$JS.API.STREAM.${what}.${stream}`]),
    ),
  ),
  ...users.flatMap((user) =>
    consumers
      .filter(([owner]) => owner !== user)
      .flatMap(([, durable, { stream, subject }]) => [
        `$JS.API.CONSUMER.CREATE.${stream}.${durable}.${subject}`,
        `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
        `$JS.ACK.${stream}.${durable}.1.1.1.1.0`,
      ])
      .map((subject): [NatsUser, string] => [user, subject]),
  ),
  ...users.flatMap((user) =>
    ['SENDS', 'PROVIDER', 'EVENTS', 'DEAD'].flatMap((stream): [NatsUser, string][] => [
      [user, `$JS.API.CONSUMER.CREATE.${stream}`],
      [user, `$JS.API.CONSUMER.CREATE.${stream}.spy`],
      [user, `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.spy`],
      [user, `$JS.API.CONSUMER.DELETE.${stream}.sender-requests`],
      ...(user === 'gateway' && stream === 'EVENTS'
        ? []
        : ([[user, `$JS.API.DIRECT.GET.${stream}`]] as [NatsUser, string][])),
    ]),
  ),
  ['sender', '$JS.API.CONSUMER.CREATE.SENDS.sender-requests.comms.send.>'],
  ['gateway', '_INBOX_sender.x'],
  ['templates', '_INBOX_webhooks.x'],
  ['webhooks', '_INBOX_sender.x'],
];

const forbiddenToSubscribe: [user: NatsUser, subject: string, queue?: string][] = [
  ...users.flatMap((user) =>
    ['>', '_INBOX.>', '$JS.>', 'comms.>', 'comms.send.>', 'comms.event.>', 'comms.rpc.>'].map(
      (subject): [NatsUser, string] => [user, subject],
    ),
  ),
  ...users.flatMap((user) =>
    users.filter((other) => other !== user).map((other): [NatsUser, string] => [user, `_INBOX_${other}.>`]),
  ),
  // Answering what somebody else is asked, or listening to it.
  ...questions.flatMap((subject) =>
    services
      .filter((user) => user !== answererOf(subject))
      .map((user): [NatsUser, string, string] => [user, subject, answererOf(subject)]),
  ),
  ['sender', contracts.requestSend.subject],
];

describe('what is refused', () => {
  it.each(users)('to publish, by %s', async (user) => {
    const subjects = forbiddenToPublish.filter(([who]) => who === user).map(([, subject]) => subject);
    for (const subject of subjects)
      expect(await server.as[user].refused((nats) => nats.publish(subject, '{}'))).toEqual([
        `publish ${subject}`,
      ]);
  });

  it.each(users)('to subscribe to, by %s', async (user) => {
    for (const [, subject, queue] of forbiddenToSubscribe.filter(([who]) => who === user))
      expect(
        await server.as[user].refused((nats) =>
          nats.subscribe(subject, { ...(queue && { queue }), callback: () => {} }),
        ),
      ).toEqual([`subscription ${subject}`]);
  });

  it('is told to who publishes it, and does not hold up what is published with it', async () => {
    const errors: unknown[] = [];
    const publisher = new Publisher(jetstream(server.as.sender.connection));
    const { stored, interrupted } = await publisher.publishAll(
      [contracts.noticeMailV1, contracts.sendRequestedV1].map(({ subject }) => ({
        subject,
        msgId: crypto.randomUUID(),
        body: '{}',
      })),
      (error) => errors.push(error),
    );
    expect({ stored, interrupted }).toEqual({ stored: [false, true], interrupted: false });
    expect(errors).toEqual([
      expect.objectContaining({ message: expect.stringContaining('comms.send.notice.v1') }),
    ]);
  });
});
