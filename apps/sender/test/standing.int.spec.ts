import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { CommsEventV1, ProviderEventType, Suppression } from '@qflow/contracts';
import { inTransaction, sqlOf, type OutboxEntry, type Sql } from '@qflow/persistence';
import { eventually } from '@qflow/testing';
import type { DataSource } from 'typeorm';
import {
  announcedBy,
  learn,
  standingFacts,
  standingOf,
  type AddressFacts,
  type ReportedFact,
} from '../src/suppressions/address-standing.js';
import { changeStandings, type SaidOfSend } from '../src/suppressions/change-standings.js';
import { liftSuppression } from '../src/suppressions/lift-suppression.js';
import { listSuppressions } from '../src/suppressions/list-suppressions.js';
import { lockAddress, addressOf } from '../src/suppressions/standing-rows.js';
import { recordOutcomes } from '../src/outcomes/record-outcomes.js';
import { senderTables } from './sender-tables.js';

/** The table against the model: the same inputs, in random orders and batches, through both. */

let dataSource: DataSource;

senderTables((opened) => (dataSource = opened), 8);

const transaction = <T>(work: (sql: Sql) => Promise<T>): Promise<T> => inTransaction(dataSource, work);

/** The same numbers at every run of the spec (mulberry32), so that a failure can be looked at again. */
function randomOf(seed: number): (below: number) => number {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const reported = standingFacts.filter((fact): fact is ReportedFact => fact !== 'lifted');
const emails = ['Ada@Example.com', 'grace@example.com', 'ADA@example.com', 'joan@example.com'];

const sendTo = (accountId: string, recipient: string): SaidOfSend['send'] => ({
  id: randomUUID(),
  account_id: accountId,
  event_id: randomUUID(),
  attendee_id: randomUUID(),
  template_id: randomUUID(),
  correlation_id: null,
  recipient,
  subject: null,
  from_address: null,
  provider_message_id: null,
});

/** Something said of one of the account's addresses within the last ten minutes; at the same second now and then. */
const saidAtRandom = (accountId: string, random: (below: number) => number): SaidOfSend => ({
  send: sendTo(accountId, emails[random(emails.length)] as string),
  is: reported[random(reported.length)] as ReportedFact,
  at: new Date(Date.UTC(2026, 3, 29, 10, 0, random(20))),
});

function shuffled<T>(items: readonly T[], random: (below: number) => number): T[] {
  const rest = [...items];
  return items.map(() => rest.splice(random(rest.length), 1)[0] as T);
}

const contactEvents = (entries: readonly OutboxEntry[]): string[] =>
  entries.map(({ body }) => {
    const { type, data } = JSON.parse(body) as CommsEventV1;
    return `${type} ${data.email}`;
  });

/** The model's own list, with what it has announced. */
class Modelled {
  private readonly addresses = new Map<string, AddressFacts>();

  /** One batch: what is said together is announced together. */
  apply(said: readonly SaidOfSend[]): string[] {
    const before = new Map(this.addresses);
    for (const { send, is, at } of said) {
      const email = send.recipient.toLowerCase();
      this.addresses.set(email, learn(this.addresses.get(email) ?? {}, { is, at, sendId: send.id }));
    }
    return [...this.addresses].flatMap(([email, facts]) => {
      const event = announcedBy(before.get(email) ?? {}, facts);
      return event ? `${event} ${email}` : [];
    });
  }

  list(): Suppression[] {
    return [...this.addresses].flatMap(([email, facts]) => {
      const { suppression } = standingOf(facts);
      return suppression
        ? {
            email,
            reason: suppression.reason,
            attendeeInvitationId: suppression.sendId as string,
            created: suppression.at.toISOString(),
          }
        : [];
    });
  }

  factsOf(email: string): AddressFacts {
    return this.addresses.get(email) ?? {};
  }
}

const byEmail = (a: { email: string }, b: { email: string }): number => (a.email < b.email ? -1 : 1);

const listed = (accountId: string) =>
  transaction(async (sql) => {
    const { items } = await listSuppressions(sql, { accountId, email: null, after: null, limit: 100 });
    return items.sort(byEmail);
  });

const stored = (accountId: string, email: string): Promise<AddressFacts> =>
  transaction(async (sql) => (await lockAddress(sql, addressOf(accountId, email)))?.facts ?? {});

/** Whether a transaction waits for a row that another one has. */
const someoneWaits = async (): Promise<boolean> => {
  const waiting = await dataSource.query<unknown[]>(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return waiting.length > 0;
};

/** The addresses of an account whose rows nobody has locked. */
const free = async (accountId: string): Promise<string[]> => {
  const rows = await transaction((sql) =>
    sql<{ email: string }>(
      'SELECT email FROM suppressions WHERE account_id = $1 ORDER BY email FOR UPDATE SKIP LOCKED',
      [accountId],
    ),
  );
  return rows.map(({ email }) => email);
};

describe('the table says what the model says', () => {
  it.each(Array.from({ length: 25 }, (_, seed) => seed))(
    'of random inputs in random batches (%d)',
    async (seed) => {
      const random = randomOf(seed);
      const accountId = randomUUID();
      const modelled = new Modelled();
      for (let batch = 0; batch < 8; batch++) {
        const said = Array.from({ length: 1 + random(6) }, () => saidAtRandom(accountId, random));
        const announced = await transaction((sql) => changeStandings(sql, said));
        expect(contactEvents(announced).sort()).toEqual(modelled.apply(said).sort());
        expect(await listed(accountId)).toEqual(modelled.list().sort(byEmail));
      }
      for (const email of new Set(emails.map((one) => one.toLowerCase())))
        expect(await stored(accountId, email)).toEqual(modelled.factsOf(email));
    },
  );

  it.each(Array.from({ length: 10 }, (_, seed) => seed))(
    'of the same inputs in another order, in other batches and all at once (%d)',
    async (seed) => {
      const random = randomOf(1_000 + seed);
      const accountId = randomUUID();
      const said = Array.from({ length: 20 }, () => saidAtRandom(accountId, random));
      const modelled = new Modelled();
      modelled.apply(said);
      const batches: SaidOfSend[][] = [[], [], [], [], [], []];
      // A second delivery of a part of them, too.
      for (const one of shuffled([...said, ...said.slice(0, 10)], random))
        batches[random(batches.length)]?.push(one);
      const announced = await Promise.all(
        batches.map((batch) => transaction((sql) => changeStandings(sql, batch))),
      );
      expect(await listed(accountId)).toEqual(modelled.list().sort(byEmail));
      // However the batches got in between each other: what was announced alternates and ends with what holds.
      for (const email of new Set(emails.map((one) => one.toLowerCase()))) {
        const events = announced.flatMap(contactEvents).filter((event) => event.endsWith(` ${email}`));
        const [left, back] = ['contact.unsubscribed', 'contact.subscribed'].map(
          (type) => events.filter((event) => event.startsWith(`${type} `)).length,
        ) as [number, number];
        expect(left - back).toBe(standingOf(modelled.factsOf(email)).unsubscribed ? 1 : 0);
      }
    },
  );
});

describe('two transactions about the same addresses', () => {
  it('take the rows in one order, whatever the order in which they are told, so they never deadlock', async () => {
    for (const told of [
      ['a@example.com', 'b@example.com'],
      ['b@example.com', 'a@example.com'],
    ]) {
      const accountId = randomUUID();
      const say = (sql: Sql, emails: readonly string[]) =>
        changeStandings(
          sql,
          emails.map((email) => ({ send: sendTo(accountId, email), is: 'bounced', at: new Date() })),
        );
      await transaction((sql) => say(sql, told));
      const second = await transaction(async (sql) => {
        await say(sql, ['b@example.com']);
        const waiting = transaction((other) => say(other, told));
        await eventually(someoneWaits);
        // Whoever waits for the second has the first.
        expect(await free(accountId)).toEqual([]);
        return { waiting };
      });
      await second.waiting;
    }
  });

  it('that are both the first to say something of them announce it once', async () => {
    const accountId = randomUUID();
    const addresses = Array.from({ length: 40 }, (_, index) => `guest${index}@example.com`);
    const random = randomOf(7);
    const said = (): SaidOfSend[] =>
      shuffled(addresses, random).map((email) => ({
        send: sendTo(accountId, email),
        is: 'unsubscribed',
        at: new Date(),
      }));
    const announced = await Promise.all(
      Array.from({ length: 24 }, () =>
        // Not inTransaction: that would try again after a deadlock, and hide it.
        dataSource.transaction((manager) => changeStandings(sqlOf(manager), said())),
      ),
    );
    expect(announced.flatMap(contactEvents).sort()).toEqual(
      addresses.map((email) => `contact.unsubscribed ${email}`).sort(),
    );
  });

  it('and about the same sends, told in opposite orders, end as one after the other would', async () => {
    const accountId = randomUUID();
    const ids = Array.from({ length: 30 }, () => randomUUID());
    await dataSource.query(
      `INSERT INTO sends (id, account_id, event_id, attendee_id, template_id, template_version, recipient, state, created_at)
       SELECT id, $2, $2, $2, $2, 1, 'guest' || n % 5 || '@example.com', 'sent', now()
         FROM unnest($1::uuid[]) WITH ORDINALITY AS one (id, n)`,
      [ids, accountId],
    );
    const post = (sendIds: readonly string[], type: ProviderEventType) =>
      inTransaction(dataSource, (sql) =>
        recordOutcomes(
          sql,
          {
            reports: [
              {
                kind: 'provider.events',
                version: 1,
                provider: 'sendgrid',
                receivedAt: new Date().toISOString(),
                events: sendIds.map((sendId) => ({
                  id: randomUUID(),
                  type,
                  sendId,
                  attempt: 1,
                  occurredAt: new Date().toISOString(),
                  reason: null,
                  url: null,
                  machine: false,
                  raw: {},
                })),
              },
            ],
          },
          { graceMs: 900_000, maxAgeMs: 86_400_000 },
        ),
      );
    const recorded = await Promise.all([
      post(ids, 'unsubscribed'),
      post([...ids].reverse(), 'spam_reported'),
      post([...ids.slice(15), ...ids.slice(0, 15)], 'bounced'),
    ]);
    const types = recorded.flatMap(({ entries }) =>
      entries.map(({ body }) => (JSON.parse(body) as CommsEventV1).type),
    );
    expect(types.filter((type) => type === 'contact.unsubscribed')).toHaveLength(5);
    expect((await listed(accountId)).map(({ reason }) => reason)).toEqual(Array(5).fill('spam_reported'));
  });

  it('of which one lifts wait for each other: what is committed before is lifted, and nothing is lost', async () => {
    const accountId = randomUUID();
    const say = (sql: Sql, is: ReportedFact, at: Date) =>
      changeStandings(sql, [{ send: sendTo(accountId, 'ada@example.com'), is, at }]);
    await transaction((sql) => say(sql, 'bounced', new Date(0)));
    const left = new Date();
    const second = await transaction(async (sql) => {
      await say(sql, 'unsubscribed', left);
      const lifting = transaction((other) => liftSuppression(other, accountId, 'ada@example.com'));
      await eventually(someoneWaits);
      return { lifting };
    });
    expect(contactEvents(await second.lifting)).toEqual(['contact.subscribed ada@example.com']);
    const facts = await stored(accountId, 'ada@example.com');
    expect(facts.unsubscribed?.at).toEqual(left);
    expect(standingOf(facts)).toEqual({ suppression: null, unsubscribed: false });
  });

  it('of which one lifts and one reports, at once: what was announced last is what holds', async () => {
    for (let round = 0; round < 20; round++) {
      const accountId = randomUUID();
      const say = (is: ReportedFact) =>
        transaction((sql) =>
          changeStandings(sql, [{ send: sendTo(accountId, 'ada@example.com'), is, at: new Date() }]),
        );
      const first = contactEvents(await say('unsubscribed'));
      const [lifted, again] = await Promise.all([
        transaction((sql) => liftSuppression(sql, accountId, 'ada@example.com')),
        say('unsubscribed'),
      ]);
      const heard = [...first, ...contactEvents(lifted), ...contactEvents(again)].map(
        (event) => event.split(' ')[0],
      );
      const { unsubscribed } = standingOf(await stored(accountId, 'ada@example.com'));
      expect(heard.sort()).toEqual(
        unsubscribed
          ? ['contact.subscribed', 'contact.unsubscribed', 'contact.unsubscribed']
          : ['contact.subscribed', 'contact.unsubscribed'],
      );
    }
  });
});
