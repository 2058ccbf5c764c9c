import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  deleteSuppression,
  requestSends,
  type CommsEventV1,
  type ProviderEvent,
  type ProviderEventsV1,
  type ProviderEventType,
} from '@qflow/contracts';
import { eventually, mergeData, providerEvent, sendRequest } from '@qflow/testing';
import { recordOutcomes } from '../src/outcomes/record-outcomes.js';
import { liftSuppression } from '../src/suppressions/lift-suppression.js';
import { resendOf } from './requests.js';
import { SenderHarness } from './sender-harness.js';

let harness: SenderHarness;

beforeAll(async () => {
  // None of these is about a slow provider, and machines are busy at times.
  harness = await SenderHarness.start({ PROVIDER_TIMEOUT_MS: '30000' });
});
afterAll(() => harness.stop());

/** The account's events of these kinds, in order. */
async function eventsOf(accountId: string, prefix: string): Promise<CommsEventV1[]> {
  const events = await harness.platform.messages.inStream<CommsEventV1>('EVENTS');
  return events.filter((event) => event.accountId === accountId && event.type.startsWith(prefix));
}

/** Resolves once exactly these `contact.*` events, in this order, are on the stream. */
const contacts = (accountId: string, types: string[]): Promise<CommsEventV1[]> =>
  eventually(async () => {
    const events = await eventsOf(accountId, 'contact.');
    return JSON.stringify(events.map(({ type }) => type)) === JSON.stringify(types) ? events : null;
  });

const sent = (email: string, accountId: string = randomUUID()) =>
  harness.stored({ state: 'sent', accountId, correlationId: 'order-1', merge: mergeData({ email }) });

const report = (sendId: string, ...types: ProviderEventType[]): Promise<void> =>
  harness.report(...types.map((type) => providerEvent({ sendId, type })));

const reportsOf = (...events: ProviderEvent[]): ProviderEventsV1 => ({
  kind: 'provider.events',
  version: 1,
  provider: 'sendgrid',
  receivedAt: new Date().toISOString(),
  events,
});

const lift = (accountId: string, email: string) => harness.rpc.ask(deleteSuppression, { accountId, email });

describe('a contact', () => {
  it('who unsubscribes is announced with the e-mail that led to it', async () => {
    const send = await sent('Ada@Example.com');
    const occurredAt = '2026-04-29T10:23:00.000Z';
    await harness.report(providerEvent({ sendId: send.sendId, type: 'unsubscribed', occurredAt }));
    const [event] = await contacts(send.accountId, ['contact.unsubscribed']);
    expect(event).toMatchObject({ createdAt: occurredAt, message: { to: 'Ada@Example.com' } });
    expect(JSON.stringify(event?.data)).toBe(
      JSON.stringify({
        attendeeId: send.attendeeId,
        templateId: send.templateId,
        attendeeInvitationId: send.sendId,
        status: 'unsubscribed',
        error: null,
        correlationId: 'order-1',
        email: 'ada@example.com',
      }),
    );
    const [, unsubscribed] = await eventsOf(send.accountId, 'comms.');
    expect(unsubscribed?.data).not.toHaveProperty('email');
    expect(unsubscribed?.id).not.toBe(event?.id);
  });

  it('is announced once, however many reports of it there are', async () => {
    const first = await sent('often@example.com');
    const second = await sent('Often@example.com', first.accountId);
    await report(first.sendId, 'unsubscribed', 'unsubscribed');
    await harness.announced(first.sendId, ['comms.sent', 'comms.unsubscribed', 'contact.unsubscribed']);
    await report(second.sendId, 'unsubscribed');
    // Once per send of theirs.
    await harness.announced(second.sendId, ['comms.sent', 'comms.unsubscribed']);
    await contacts(first.accountId, ['contact.unsubscribed']);
  });

  it('who unsubscribes in several e-mails at once is announced once', async () => {
    const accountId = randomUUID();
    const sends = await Promise.all(Array.from({ length: 20 }, () => sent('busy@example.com', accountId)));
    await harness.startReplica();
    await Promise.all(sends.map(({ sendId }) => report(sendId, 'unsubscribed')));
    await eventually(async () => (await eventsOf(accountId, 'comms.unsubscribed')).length === sends.length);
    await contacts(accountId, ['contact.unsubscribed']);
    await harness.stopReplica();
  });

  it('who complains and unsubscribes has done both, in either order', async () => {
    for (const types of [
      ['spam_reported', 'unsubscribed'],
      ['unsubscribed', 'spam_reported'],
    ] as const) {
      const send = await sent('angry@example.com');
      for (const type of types) {
        await report(send.sendId, type);
        await eventually(async () => (await eventsOf(send.accountId, `comms.${type}`)).length === 1);
      }
      await contacts(send.accountId, ['contact.unsubscribed']);
      const [row] = await harness.query<{ reason: string }>(
        'SELECT reason FROM suppressions WHERE account_id = $1',
        [send.accountId],
      );
      // The more serious of the two, whichever came first.
      expect(row?.reason).toBe('spam_reported');
      await lift(send.accountId, 'angry@example.com');
      await contacts(send.accountId, ['contact.unsubscribed', 'contact.subscribed']);
    }
  });

  it('is subscribed again when the account lifts the suppression, and may leave again', async () => {
    const send = await sent('back@example.com');
    await report(send.sendId, 'unsubscribed');
    await contacts(send.accountId, ['contact.unsubscribed']);
    await lift(send.accountId, 'BACK@example.com');
    const [, subscribed] = await contacts(send.accountId, ['contact.unsubscribed', 'contact.subscribed']);
    expect(JSON.stringify(subscribed?.data)).toBe(
      '{"attendeeId":null,"templateId":null,"attendeeInvitationId":null,"status":"subscribed","error":null,' +
        '"correlationId":null,"email":"back@example.com"}',
    );
    expect(subscribed).not.toHaveProperty('message');
    await expect(lift(send.accountId, 'back@example.com')).rejects.toMatchObject({ code: 'not_found' });
    await report(send.sendId, 'unsubscribed');
    await contacts(send.accountId, ['contact.unsubscribed', 'contact.subscribed', 'contact.unsubscribed']);
  });

  it('who leaves and comes back in one post of the provider has changed nothing', async () => {
    const send = await sent('undecided@example.com');
    const marker = await sent('marker@example.com', send.accountId);
    const [left, back] = [20, 10].map((ago) => new Date(Date.now() - ago * 1000).toISOString());
    // Newest first, as it may well come.
    await harness.report(
      providerEvent({ sendId: send.sendId, type: 'resubscribed', occurredAt: back }),
      providerEvent({ sendId: send.sendId, type: 'unsubscribed', occurredAt: left }),
    );
    await harness.announced(send.sendId, ['comms.sent', 'comms.unsubscribed']);
    await report(marker.sendId, 'unsubscribed');
    await contacts(send.accountId, ['contact.unsubscribed']);
  });

  it('whose address bounced is not announced: neither then nor when that is lifted', async () => {
    const bounced = await sent('gone@example.com');
    const marker = await sent('marker@example.com', bounced.accountId);
    await report(bounced.sendId, 'bounced');
    await harness.state(bounced, 'bounced');
    await lift(bounced.accountId, 'gone@example.com');
    // Had anything been announced about the first one, it would stand before this.
    await report(marker.sendId, 'unsubscribed');
    await contacts(bounced.accountId, ['contact.unsubscribed']);
  });

  it('who bounces after leaving and coming back is not taken for one who left', async () => {
    const send = await sent('twice@example.com');
    await report(send.sendId, 'unsubscribed');
    await contacts(send.accountId, ['contact.unsubscribed']);
    await lift(send.accountId, 'twice@example.com');
    const later = await sent('twice@example.com', send.accountId);
    await report(later.sendId, 'bounced');
    await harness.state(later, 'bounced');
    await lift(send.accountId, 'twice@example.com');
    await report(later.sendId, 'unsubscribed');
    await contacts(send.accountId, ['contact.unsubscribed', 'contact.subscribed', 'contact.unsubscribed']);
  });

  it('who is new fires nothing, neither alone nor in bulk (EmailFlow: "bulk imports deliberately do not fire it")', async () => {
    const accountId = randomUUID();
    const guests = Array.from({ length: 20 }, (_, index) =>
      sendRequest({ accountId, merge: mergeData({ email: `guest${index}@example.com` }) }),
    );
    const [alone, ...others] = guests;
    if (!alone) throw new Error('no guests');
    await harness.request(alone);
    await harness.rpc.ask(requestSends, { requests: others.map((guest) => resendOf(guest)) });
    await eventually(async () => (await eventsOf(accountId, 'comms.sent')).length === guests.length);
    expect(await eventsOf(accountId, 'contact.')).toEqual([]);
  });

  it('is announced, once, although the process died right after its commit', async () => {
    const send = await sent('crash@example.com');
    const reports = reportsOf(providerEvent({ sendId: send.sendId, type: 'unsubscribed' }));
    const limits = { graceMs: 900_000, maxAgeMs: 86_400_000 };
    const died = new Error('killed before the commit');
    await expect(
      harness.commitAndDie(async (sql) => {
        await recordOutcomes(sql, { reports: [reports] }, limits);
        throw died;
      }),
    ).rejects.toBe(died);
    await harness.commitAndDie((sql) => recordOutcomes(sql, { reports: [reports] }, limits));
    // The message was not acknowledged, so it comes again.
    await harness.report(...reports.events);
    await harness.commitAndDie((sql) => liftSuppression(sql, send.accountId, 'crash@example.com'));
    await contacts(send.accountId, ['contact.unsubscribed', 'contact.subscribed']);
    expect(await eventsOf(send.accountId, 'comms.unsubscribed')).toHaveLength(1);
  });
});
