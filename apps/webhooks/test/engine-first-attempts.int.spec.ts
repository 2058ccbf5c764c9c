import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CommsEventV1 } from '@qflow/contracts';
import { commsEvent, eventually, webhookReceiver, type WebhookReceiver } from '@qflow/testing';
import { WebhooksHarness } from './webhooks-harness.js';

let harness: WebhooksHarness;
let receiver: WebhookReceiver;

beforeAll(async () => {
  harness = await WebhooksHarness.start({ WEBHOOK_ENDPOINT_CONCURRENCY: '2' });
});
afterAll(() => harness.stop());
beforeEach(async () => {
  receiver = await webhookReceiver();
});
afterEach(() => receiver.close());

type Triple<T> = [T, T, T];

interface Row {
  status: string;
  attempts: number;
  /** 0 of a row that was written once. */
  xmax: string;
}

const rows = (accountId: string): Promise<Row[]> =>
  harness.query<Row>('SELECT status, attempts, xmax::text FROM deliveries WHERE account_id = $1', [
    accountId,
  ]);

const waitingOf = (accountId: string) =>
  harness.query<{ claimed: boolean; paced: boolean }>(
    `SELECT waiting.due_at > now() AS claimed, paced FROM waiting
       JOIN subscriptions ON subscriptions.id = waiting.subscription_id WHERE account_id = $1`,
    [accountId],
  );

/** Resolves when the account's deliveries stand so. */
const until = (accountId: string, fits: (all: Row[]) => boolean): Promise<Row[]> =>
  eventually(async () => {
    const all = await rows(accountId);
    return fits(all) ? all : null;
  });

const allDelivered = (accountId: string, count: number): Promise<Row[]> =>
  until(accountId, (all) => all.length === count && all.every(({ status }) => status === 'delivered'));

/** Keeps requests waiting until told otherwise. */
const held = (of: WebhookReceiver): { release: () => void } => {
  const responses: ServerResponse[] = [];
  of.answer((_request, response) => void responses.push(response));
  return {
    release: () => {
      of.answer((_request, response) => void response.writeHead(200).end());
      responses.splice(0).forEach((response) => response.writeHead(200).end());
    },
  };
};

const publish = async (accountId: string, count: number): Promise<string[]> => {
  const events = Array.from({ length: count }, () => commsEvent({ accountId }));
  await Promise.all(events.map((event) => harness.publish(event)));
  return events.map(({ id }) => id);
};

const idsAt = (of: WebhookReceiver): string[] => of.requests.map(({ json }) => json.id).sort();

describe('a delivery that succeeds at once', () => {
  it('costs one row, written once', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    await harness.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''not to be written''; END'`,
    );
    for (const table of ['waiting', 'attempts'])
      await harness.query(
        `CREATE TRIGGER untouched BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse()`,
      );
    await publish(accountId, 1);
    expect(await allDelivered(accountId, 1)).toEqual([{ status: 'delivered', attempts: 1, xmax: '0' }]);
    for (const table of ['waiting', 'attempts']) await harness.query(`DROP TRIGGER untouched ON ${table}`);
    expect(receiver.requests).toHaveLength(1);
  });
});

describe('a receiver that takes its time', () => {
  it('keeps no event on the stream, and its answer is recorded once it is there', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    const { release } = held(receiver);
    await publish(accountId, 1);
    await receiver.next();
    await harness.eventsHandled();

    expect(await rows(accountId)).toMatchObject([{ status: 'pending', attempts: 0 }]);
    expect(await waitingOf(accountId)).toEqual([{ claimed: true, paced: false }]);
    release();
    expect(await allDelivered(accountId, 1)).toMatchObject([{ attempts: 1 }]);
    expect(await waitingOf(accountId)).toEqual([]);
    expect(receiver.requests).toHaveLength(1);
  });

  it('may answer while that it is under way is being written', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    const { release } = held(receiver);
    await blocked('waiting', async (writing) => {
      await publish(accountId, 1);
      await writing();
      release();
      await receiver.until((all) => all.length === 1);
    });
    expect(await allDelivered(accountId, 1)).toMatchObject([{ attempts: 1 }]);
    await harness.eventsHandled();
    expect(await waitingOf(accountId)).toEqual([]);
    expect(receiver.requests).toHaveLength(1);
  });

  it('has the rest wait in the table, and gets it, each once, as it makes room', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    const { release } = held(receiver);
    const ids = await publish(accountId, 300);
    await harness.eventsHandled();
    expect(await until(accountId, (all) => all.length === 300)).toHaveLength(300);
    expect(receiver.requests).toHaveLength(2);
    release();
    await allDelivered(accountId, 300);
    expect(idsAt(receiver)).toEqual(ids.sort());
    expect(await waitingOf(accountId)).toEqual([]);
  });
});

describe('the database going away', () => {
  it('for a moment, when an attempt is recorded, has nothing posted again', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    await blocked('deliveries', async (writing) => {
      await publish(accountId, 1);
      await receiver.next();
      const pid = await writing();
      await harness.query('SELECT pg_terminate_backend($1)', [pid]);
    });
    expect(await allDelivered(accountId, 1)).toMatchObject([{ attempts: 1 }]);
    await harness.eventsHandled();
    expect(receiver.requests).toHaveLength(1);
  });
});

describe('the same event again', () => {
  it('while its delivery is under way, and after it, is one delivery', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    const { release } = held(receiver);
    const event = commsEvent({ accountId });
    await harness.publish(event, 'one');
    await receiver.next();
    await harness.publish(event, 'two');
    await harness.eventsHandled();
    await harness.publish(event, 'three');
    await harness.eventsHandled();
    release();
    await allDelivered(accountId, 1);
    await harness.publish(event, 'four');
    await harness.eventsHandled();
    expect(await rows(accountId)).toMatchObject([{ attempts: 1 }]);
    expect(receiver.requests).toHaveLength(1);
  });
});

describe('matching', () => {
  it('gives each subscription that asks for an event its own delivery in its own format', async () => {
    const accountId = randomUUID();
    const others = await Promise.all([webhookReceiver(), webhookReceiver(), webhookReceiver()]);
    const [standard, opens, quiet] = others;
    await harness.subscribe(accountId, receiver.url);
    await harness.subscribe(accountId, standard.url, { format: 'standard', events: ['comms.*'] });
    await harness.subscribe(accountId, opens.url, { events: ['comms.opened', 'comms.delivered'] });
    await harness.subscribe(accountId, quiet.url, { events: ['comms.opened'] });
    const event = commsEvent({ accountId });
    await harness.publish(event);
    await allDelivered(accountId, 3);

    expect([receiver, standard, opens, quiet].map(({ requests }) => requests.length)).toEqual([1, 1, 1, 0]);
    expect(receiver.requests[0]?.headers['x-qflow-webhook-id']).toBe(event.id);
    expect(standard.requests[0]?.headers['webhook-id']).toBe(event.id);
    await Promise.all(others.map((other) => other.close()));
  });

  it('goes by what the subscriptions are when an event comes, whatever they were at the one before', async () => {
    const accountId = randomUUID();
    const added = await webhookReceiver();
    const { id } = await harness.subscribe(accountId, receiver.url);
    const [first, second, third] = [1, 2, 3].map(() => commsEvent({ accountId })) as Triple<CommsEventV1>;
    await harness.publish(first);
    await allDelivered(accountId, 1);
    await harness.subscribe(accountId, added.url);
    await harness.publish(second);
    await allDelivered(accountId, 3);
    await harness.query('UPDATE subscriptions SET deleted_at = now() WHERE id = $1', [id]);
    await harness.publish(third);
    await allDelivered(accountId, 4);
    await harness.publish(third, randomUUID());
    await harness.eventsHandled();

    expect([receiver, added].map(idsAt)).toEqual([
      [first.id, second.id].sort(),
      [second.id, third.id].sort(),
    ]);
    await added.close();
  });

  it('of an event that comes again makes only the delivery that is not there yet', async () => {
    const accountId = randomUUID();
    const added = await webhookReceiver();
    await harness.subscribe(accountId, receiver.url);
    const event = commsEvent({ accountId });
    await harness.publish(event, randomUUID());
    await allDelivered(accountId, 1);
    await harness.subscribe(accountId, added.url);
    await harness.publish(event, randomUUID());
    await allDelivered(accountId, 2);
    await harness.publish(event, randomUUID());
    await harness.eventsHandled();

    expect([receiver.requests.length, added.requests.length]).toEqual([1, 1]);
    await added.close();
  });

  it('never tells an endpoint what concerns itself', async () => {
    const accountId = randomUUID();
    const other = await webhookReceiver();
    const values = { events: ['endpoint.*'] };
    const { id } = await harness.subscribe(accountId, receiver.url, values);
    await harness.subscribe(accountId, other.url, values);
    const report = {
      id,
      url: receiver.url,
      failures: 20,
      disableAfter: 20,
      lastError: null,
      disabledReason: null,
    };
    await harness.publish(
      commsEvent({
        accountId,
        type: 'endpoint.failing',
        data: { ...commsEvent().data, endpoint: report },
      }),
    );
    await allDelivered(accountId, 1);
    expect([receiver.requests.length, other.requests.length]).toEqual([0, 1]);
    await other.close();
  });
});

describe('a replica that is stopped', () => {
  it('finishes what is under way and leaves the rest due at once', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    const { release } = held(receiver);
    const ids = await publish(accountId, 20);
    await receiver.until((all) => all.length === 2);
    const stopped = harness.stopReplica();
    release();
    await stopped;
    await harness.startReplica();

    await allDelivered(accountId, 20);
    expect(idsAt(receiver)).toEqual(ids.sort());
  });
});

/**
 * Keeps a table from being written while `work` runs.
 * @param work gets what resolves with the process id of the one that waits to write to it
 */
async function blocked(
  table: string,
  work: (writing: () => Promise<number>) => Promise<void>,
): Promise<void> {
  await harness.transaction(async (lock) => {
    await lock.query(`LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`);
    await work(async () => {
      const { pid } = await eventually(async () => {
        const [waiting] = await harness.query<{ pid: number }>(
          `SELECT pid FROM pg_locks WHERE relation = $1::regclass AND NOT granted`,
          [table],
        );
        return waiting;
      });
      return pid;
    });
  });
}
