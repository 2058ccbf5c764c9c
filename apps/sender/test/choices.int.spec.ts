import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  deleteSuppression,
  getRecipientStanding,
  listSuppressions,
  recipientChoiceKey,
  recipientChoiceV1,
  requestSend,
  type CommsEventV1,
  type RecipientChoiceV1,
  type SendRequestedV1,
} from '@qflow/contracts';
import { eventually, mergeData, providerEvent, sendRequest } from '@qflow/testing';
import { recordChoices } from '../src/choices/record-choices.js';
import { resendOf } from './requests.js';
import { SenderHarness } from './sender-harness.js';

let harness: SenderHarness;

beforeAll(async () => {
  // None of these is about a slow provider, and machines are busy at times.
  harness = await SenderHarness.start({ PROVIDER_TIMEOUT_MS: '30000' });
});
afterAll(() => harness.stop());

type Send = Pick<SendRequestedV1, 'accountId' | 'sendId'>;

const choiceOf = (
  { accountId, sendId }: Send,
  choice: RecipientChoiceV1['choice'],
  values: Partial<RecipientChoiceV1> = {},
): RecipientChoiceV1 => ({
  kind: 'recipient.choice',
  version: 1,
  id: randomUUID(),
  accountId,
  sendId,
  choice,
  by: 'one-click',
  at: new Date().toISOString(),
  ...values,
});

/** @param copy distinguishes repeats, which the stream itself would drop inside its duplicate window */
const publish = (choice: RecipientChoiceV1, copy = ''): Promise<void> =>
  harness.platform.messages.publish(recipientChoiceV1.subject, choice, recipientChoiceKey(choice.id) + copy);

/** Published by the gateway and done here: nothing is left of it on the stream. */
async function chosen(...choices: RecipientChoiceV1[]): Promise<void> {
  for (const choice of choices) await publish(choice);
  await handled();
}

/** Resolves once every choice that was published is settled: choices are a work queue. */
const handled = (): Promise<unknown> =>
  eventually(async () => (await harness.platform.messages.inStream('SENDS')).length === 0);

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

const sent = async (email: string, accountId: string = randomUUID()): Promise<SendRequestedV1> => {
  const send = sendRequest({ accountId, correlationId: 'order-1', merge: mergeData({ email }) });
  await harness.request(send);
  await harness.state(send, 'sent');
  return send;
};

async function contactEvents(accountId: string): Promise<CommsEventV1[]> {
  const events = await harness.platform.messages.inStream<CommsEventV1>('EVENTS');
  return events.filter((event) => event.accountId === accountId && event.type.startsWith('contact.'));
}

/** Resolves once exactly these `contact.*` events, in this order, are on the stream. */
const contacts = (accountId: string, types: string[]): Promise<CommsEventV1[]> =>
  eventually(async () => {
    const events = await contactEvents(accountId);
    return JSON.stringify(events.map(({ type }) => type)) === JSON.stringify(types) ? events : null;
  });

const standing = ({ accountId, sendId }: Send) =>
  harness.rpc.ask(getRecipientStanding, { accountId, sendId });

const suppressions = async (accountId: string) =>
  (await harness.rpc.ask(listSuppressions, { accountId, email: null, after: null, limit: 50 })).items;

const stored = async ({ sendId }: Send): Promise<number> =>
  (await harness.query('SELECT FROM recipient_choices WHERE send_id = $1', [sendId])).length;

describe('who unsubscribes by the link of an e-mail', () => {
  it('ends that send, is announced and is on the list', async () => {
    const send = await sent('Ada@Example.com');
    const choice = choiceOf(send, 'unsubscribe');
    await publish(choice);
    const view = await harness.state(send, 'unsubscribed');
    expect(view.timeline.at(-1)).toEqual({
      at: choice.at,
      source: 'recipient',
      what: 'unsubscribed',
      detail: 'one click in the mail program',
    });
    const [, event] = await harness.announced(send.sendId, [
      'comms.sent',
      'comms.unsubscribed',
      'contact.unsubscribed',
    ]);
    expect(event).toMatchObject({
      createdAt: choice.at,
      data: { status: 'unsubscribed', correlationId: 'order-1' },
    });
    const [contact] = await contacts(send.accountId, ['contact.unsubscribed']);
    expect(contact).toMatchObject({
      createdAt: choice.at,
      data: { attendeeInvitationId: send.sendId, attendeeId: send.attendeeId, email: 'ada@example.com' },
      message: { to: 'Ada@Example.com', subject: 'Your ticket for Summer Gala' },
    });
    expect(await suppressions(send.accountId)).toEqual([
      {
        email: 'ada@example.com',
        reason: 'unsubscribed',
        attendeeInvitationId: send.sendId,
        created: choice.at,
      },
    ]);
    await expect(harness.rpc.ask(requestSend, resendOf(send))).rejects.toMatchObject({
      code: 'previous_send_permanently_failed',
      extras: { previous: { attendeeInvitationId: send.sendId, status: 'unsubscribed', at: choice.at } },
    });
  });

  it('is announced once, however often they click and whoever reports it as well', async () => {
    const send = await sent('often@example.com');
    for (let click = 0; click < 10; click++) await publish(choiceOf(send, 'unsubscribe'));
    await harness.report(
      providerEvent({ sendId: send.sendId, type: 'unsubscribed' }),
      providerEvent({ sendId: send.sendId, type: 'unsubscribed' }),
    );
    await handled();
    await harness.report(providerEvent({ sendId: send.sendId, type: 'opened' }));
    await eventually(async () =>
      (await harness.events(send.sendId)).some(({ type }) => type === 'comms.opened'),
    );
    expect((await harness.events(send.sendId)).map(({ type }) => type).sort()).toEqual([
      'comms.opened',
      'comms.sent',
      'comms.unsubscribed',
      'contact.unsubscribed',
    ]);
    expect(await stored(send)).toBe(10);
  });

  it('may subscribe again, and leave again', async () => {
    const send = await sent('back@example.com');
    await chosen(choiceOf(send, 'unsubscribe', { at: ago(30) }));
    await chosen(choiceOf(send, 'resubscribe', { at: ago(20), by: 'page' }));
    const [, subscribed] = await contacts(send.accountId, ['contact.unsubscribed', 'contact.subscribed']);
    expect(subscribed?.data).toMatchObject({ attendeeInvitationId: send.sendId, email: 'back@example.com' });
    expect(await suppressions(send.accountId)).toEqual([]);
    // That they left by this e-mail stays true; it no longer stands in the way of the next.
    expect((await harness.view(send))?.status).toBe('unsubscribed');
    const ticket = await harness.rpc.ask(requestSend, resendOf(send));
    const second = { accountId: send.accountId, sendId: ticket.attendeeInvitationId };
    await harness.state(second, 'sent');

    await chosen(choiceOf(second, 'unsubscribe', { at: ago(10), by: 'page' }));
    await contacts(send.accountId, ['contact.unsubscribed', 'contact.subscribed', 'contact.unsubscribed']);
    const { timeline } = await harness.state(second, 'unsubscribed');
    expect(timeline.find(({ source }) => source === 'recipient')).toMatchObject({
      detail: 'on the page behind the unsubscribe link',
    });
    const { timeline: first } = await harness.state(send, 'unsubscribed');
    expect(first.filter(({ source }) => source === 'recipient').map(({ what }) => what)).toEqual([
      'unsubscribed',
      'resubscribed',
    ]);
  });

  it('settles a send whose outcome is unknown: nobody reads what never arrived', async () => {
    const send = await harness.stored({
      state: 'unknown',
      merge: mergeData({ email: 'reader@example.com' }),
    });
    await publish(choiceOf(send, 'unsubscribe'));
    await harness.state(send, 'unsubscribed');
    await harness.announced(send.sendId, ['comms.sent', 'comms.unsubscribed', 'contact.unsubscribed']);
  });

  it('and whose second e-mail was held back for that is mailed again after subscribing again', async () => {
    const send = await sent('held@example.com');
    await chosen(choiceOf(send, 'unsubscribe', { at: ago(30) }));
    const dropped = sendRequest({
      accountId: send.accountId,
      merge: mergeData({ email: 'held@example.com' }),
    });
    await harness.request(dropped);
    const { error } = await harness.state(dropped, 'dropped');
    expect(error).toBe('the address is on the suppression list (unsubscribed)');
    await expect(harness.rpc.ask(requestSend, resendOf(dropped))).rejects.toMatchObject({
      code: 'previous_send_permanently_failed',
    });
    // Chosen before that send was dropped, and heard of afterwards.
    await chosen(choiceOf(send, 'resubscribe', { at: ago(20), by: 'page' }));
    expect(await harness.rpc.ask(requestSend, resendOf(dropped))).toMatchObject({ status: 'queued' });
  });
});

describe('subscribing again', () => {
  it('ends no bounce, complaint or drop', async () => {
    for (const type of ['bounced', 'spam_reported', 'dropped'] as const) {
      const send = await sent(`${type}@example.com`);
      await harness.report(providerEvent({ sendId: send.sendId, type, reason: 'Bounced Address' }));
      await harness.state(send, type);
      await chosen(choiceOf(send, 'resubscribe'));
      expect(await suppressions(send.accountId)).toMatchObject([{ reason: type }]);
      expect(await contactEvents(send.accountId)).toEqual([]);
    }
  });

  it('counts from when it was chosen: in either order of arrival the later choice holds', async () => {
    const late = await sent('late@example.com');
    await chosen(choiceOf(late, 'resubscribe', { at: ago(10) }));
    await chosen(choiceOf(late, 'unsubscribe', { at: ago(20) }));
    expect(await standing(late)).toMatchObject({ unsubscribed: false });
    await harness.announced(late.sendId, ['comms.sent', 'comms.unsubscribed']);

    const early = await sent('early@example.com');
    await chosen(choiceOf(early, 'unsubscribe', { at: ago(10) }));
    await chosen(choiceOf(early, 'resubscribe', { at: ago(20) }));
    expect(await standing(early)).toMatchObject({ unsubscribed: true });
    await contacts(early.accountId, ['contact.unsubscribed']);
  });

  it('may be reported by SendGrid (group_resubscribe), for what was chosen on our page as well', async () => {
    const send = await sent('group@example.com');
    await chosen(choiceOf(send, 'unsubscribe', { at: ago(30) }));
    await harness.report(providerEvent({ sendId: send.sendId, type: 'resubscribed', occurredAt: ago(10) }));
    await contacts(send.accountId, ['contact.unsubscribed', 'contact.subscribed']);
    expect(await standing(send)).toMatchObject({ unsubscribed: false });
    expect((await harness.view(send))?.status).toBe('unsubscribed');
  });

  it('is not announced to an account that has lifted the suppression before', async () => {
    const send = await sent('lifted@example.com');
    await chosen(choiceOf(send, 'unsubscribe'));
    await harness.rpc.ask(deleteSuppression, { accountId: send.accountId, email: 'lifted@example.com' });
    await chosen(choiceOf(send, 'resubscribe'));
    await contacts(send.accountId, ['contact.unsubscribed', 'contact.subscribed']);
  });
});

describe('a choice', () => {
  it('that comes a second time, after years too, has no effect', async () => {
    const send = await sent('repeat@example.com');
    const [leave, back] = [
      choiceOf(send, 'unsubscribe', { at: ago(30) }),
      choiceOf(send, 'resubscribe', { at: ago(20) }),
    ];
    await chosen(leave);
    await chosen(back);
    await publish(leave, '/again');
    await publish({ ...leave, at: new Date().toISOString() }, '/forged');
    await handled();
    await contacts(send.accountId, ['contact.unsubscribed', 'contact.subscribed']);
    expect(await standing(send)).toMatchObject({ unsubscribed: false });
    expect(await stored(send)).toBe(2);
  });

  it('about no send, or another account’s, is forgotten', async () => {
    const send = await sent('mine@example.com');
    const foreign = choiceOf({ ...send, accountId: randomUUID() }, 'unsubscribe');
    const forged = choiceOf(sendRequest(), 'unsubscribe');
    // In one batch with one that counts.
    const other = await sent('counts@example.com', send.accountId);
    await chosen(foreign, forged, choiceOf(other, 'unsubscribe'));
    await harness.state(other, 'unsubscribed');
    expect((await harness.view(send))?.status).toBe('sent');
    expect(await stored(send)).toBe(0);
    expect(await stored(forged)).toBe(0);
    expect(await suppressions(send.accountId)).toHaveLength(1);
    expect(await suppressions(foreign.accountId)).toEqual([]);
  });

  it('that is none of ours goes to the DEAD stream with the reason', async () => {
    const send = await sent('odd@example.com');
    const odd = choiceOf(send, 'pause' as 'unsubscribe');
    await chosen(odd, choiceOf(send, 'unsubscribe'));
    await harness.state(send, 'unsubscribed');
    const letters = await harness.platform.messages.inStream<{ reason: string; body: unknown }>('DEAD');
    expect(letters.map(({ reason }) => reason)).toEqual([
      'choice "pause" is neither unsubscribe nor resubscribe',
    ]);
  });

  it('is announced, once, although the process died right after its commit', async () => {
    const send = await sent('crash@example.com');
    const choice = choiceOf(send, 'unsubscribe');
    const died = new Error('killed before the commit');
    await expect(
      harness.commitAndDie(async (sql) => {
        await recordChoices(sql, [choice]);
        throw died;
      }),
    ).rejects.toBe(died);
    await harness.commitAndDie((sql) => recordChoices(sql, [choice]));
    // The message was not acknowledged, so it comes again.
    await chosen(choice);
    await harness.announced(send.sendId, ['comms.sent', 'comms.unsubscribed', 'contact.unsubscribed']);
    expect(await stored(send)).toBe(1);
  });

  it('made through many e-mails to one address at once, on two replicas, is announced once per e-mail', async () => {
    const accountId = randomUUID();
    const sends = await Promise.all(
      Array.from({ length: 10 }, () =>
        harness.stored({ state: 'sent', accountId, merge: mergeData({ email: 'busy@example.com' }) }),
      ),
    );
    await harness.startReplica();
    await Promise.all(
      [...sends, ...sends].map((send, index) =>
        index % 3 === 0
          ? harness.report(providerEvent({ sendId: send.sendId, type: 'unsubscribed' }))
          : publish(choiceOf(send, 'unsubscribe')),
      ),
    );
    await eventually(async () => {
      const events = await harness.platform.messages.inStream<CommsEventV1>('EVENTS');
      return (
        events.filter((event) => event.accountId === accountId && event.type === 'comms.unsubscribed')
          .length === sends.length
      );
    });
    await handled();
    await contacts(accountId, ['contact.unsubscribed']);
    await harness.stopReplica();
  });
});

describe('the page behind an unsubscribe link', () => {
  it('is told a shortened address, the event and what its reader has decided', async () => {
    const send = await sent('Ada.Lovelace@example.com');
    const fresh = { address: 'A…@example.com', eventId: send.eventId, unsubscribed: false, decidedAt: null };
    expect(await standing(send)).toEqual(fresh);
    const [leave, back] = [
      choiceOf(send, 'unsubscribe', { at: ago(30) }),
      choiceOf(send, 'resubscribe', { at: ago(20) }),
    ];
    await chosen(leave);
    expect(await standing(send)).toEqual({ ...fresh, unsubscribed: true, decidedAt: leave.at });
    await chosen(back);
    expect(await standing(send)).toEqual({ ...fresh, decidedAt: back.at });
  });

  it('is told the standing of the address, also where they left by another e-mail', async () => {
    const first = await sent('same@example.com');
    const second = await sent('SAME@example.com', first.accountId);
    const elsewhere = await sent('same@example.com');
    await chosen(choiceOf(first, 'unsubscribe'));
    expect(await standing(second)).toMatchObject({ unsubscribed: true });
    expect(await standing(elsewhere)).toMatchObject({ unsubscribed: false, decidedAt: null });
  });

  it('is not told of a send that is unknown or another account’s', async () => {
    const send = await sent('secret@example.com');
    expect(await standing({ ...send, accountId: randomUUID() })).toBeNull();
    expect(await standing({ ...send, sendId: randomUUID() })).toBeNull();
  });
});
