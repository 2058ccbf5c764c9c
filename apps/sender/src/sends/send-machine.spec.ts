import { describe, expect, it } from '@jest/globals';
import type { ProviderEventType, SendState } from '@qflow/contracts';
import { advance, type SendFacts, type SendInput } from './send-machine.js';

const sending: SendFacts = {
  state: 'sending',
  attempt: 1,
  announced: false,
  unsubscribed: false,
  error: null,
  ended_at: null,
};
const at = (second: number): Date => new Date(Date.UTC(2026, 3, 29, 10, 0, second));
const reported = (type: ProviderEventType, reason: string | null = null): SendInput => ({
  is: 'reported',
  type,
  reason,
});
const chosen = (choice: 'unsubscribe' | 'resubscribe'): SendInput => ({ is: 'chosen', choice });

/** Applies inputs in order, a second apart; answers where the send ends and everything that was announced. */
function run(inputs: readonly SendInput[], facts: SendFacts = sending) {
  const announced: string[] = [];
  for (const [second, input] of inputs.entries()) {
    const step = advance(facts, input, at(second));
    facts = step.facts;
    announced.push(...step.announce.map(({ type }) => type));
  }
  return { state: facts.state, facts, announced };
}

describe('one input', () => {
  const table: [SendInput, SendState, string[]][] = [
    [{ is: 'accepted' }, 'sent', ['comms.sent']],
    [{ is: 'rejected', error: 'no', attempt: 1 }, 'failed', ['comms.failed']],
    [{ is: 'postponed', error: 'later', attempt: 1 }, 'queued', []],
    [{ is: 'unknown', error: 'silence', attempt: 1 }, 'unknown', []],
    [{ is: 'expired', error: 'too old' }, 'failed', ['comms.failed']],
    [{ is: 'suppressed', error: 'on the list' }, 'dropped', ['comms.dropped']],
    [reported('processed'), 'sent', ['comms.sent']],
    [reported('deferred'), 'deferred', ['comms.sent', 'comms.deferred']],
    [reported('delivered'), 'delivered', ['comms.sent', 'comms.delivered']],
    [reported('blocked', 'busy'), 'failed', ['comms.sent', 'comms.failed']],
    [reported('opened'), 'opened', ['comms.sent', 'comms.opened']],
    [reported('clicked'), 'clicked', ['comms.sent', 'comms.clicked']],
    [reported('bounced'), 'bounced', ['comms.sent', 'comms.bounced']],
    [reported('dropped', 'Invalid'), 'dropped', ['comms.sent', 'comms.dropped']],
    [reported('spam_reported'), 'spam_reported', ['comms.sent', 'comms.spam_reported']],
    [reported('unsubscribed'), 'unsubscribed', ['comms.sent', 'comms.unsubscribed']],
    [chosen('unsubscribe'), 'unsubscribed', ['comms.sent', 'comms.unsubscribed']],
    [reported('resubscribed'), 'sent', ['comms.sent']],
    [chosen('resubscribe'), 'sent', ['comms.sent']],
    [reported('account_status'), 'sending', []],
    [reported('other'), 'sending', []],
  ];

  it.each(table)('%j leads from sending to %s', (input, state, announced) => {
    expect(run([input])).toMatchObject({ state, announced });
  });

  it('tells why only where it failed or was dropped', () => {
    expect(run([reported('bounced', 'no such user')]).facts.error).toBeNull();
    expect(run([reported('dropped', 'Spam Content')]).facts.error).toBe('Spam Content');
    expect(run([reported('blocked')]).facts.error).toBe('blocked');
    expect(run([{ is: 'rejected', error: 'bad address', attempt: 1 }]).facts.error).toBe('bad address');
  });

  it('tells when it ended, the last time that it did', () => {
    expect(run([reported('delivered')]).facts.ended_at).toBeNull();
    expect(run([reported('delivered'), reported('bounced')]).facts.ended_at).toEqual(at(1));
    expect(run([reported('bounced'), reported('delivered'), reported('bounced')]).facts.ended_at).toEqual(
      at(2),
    );
    expect(run([reported('blocked', 'busy'), reported('delivered')]).facts).toMatchObject({
      ended_at: null,
      error: null,
    });
    expect(run([{ is: 'suppressed', error: 'on the list' }]).facts.ended_at).toEqual(at(0));
  });
});

describe('two reports of the same moment', () => {
  it.each(['blocked', 'dropped'] as const)(
    'for different reasons (%s) end the same in both orders',
    (type) => {
      const inputs = ['busy', 'full'].map((reason) => reported(type, reason));
      for (const order of [inputs, [...inputs].reverse()])
        expect(order.reduce((facts, input) => advance(facts, input, at(0)).facts, sending)).toMatchObject({
          state: type === 'blocked' ? 'failed' : 'dropped',
          error: 'full',
          ended_at: at(0),
        });
    },
  );
});

describe('an attempt that was given up', () => {
  const second: SendFacts = { ...sending, attempt: 2 };

  it('says nothing any more about the one that runs now', () => {
    expect(run([{ is: 'rejected', error: 'late', attempt: 1 }], second).state).toBe('sending');
    expect(run([{ is: 'postponed', error: 'late', attempt: 1 }], second).state).toBe('sending');
    expect(run([{ is: 'unknown', error: 'late', attempt: 1 }], second).state).toBe('sending');
  });

  it('still counts when it turns out to have been accepted', () => {
    expect(run([{ is: 'accepted' }], second)).toMatchObject({ state: 'sent', announced: ['comms.sent'] });
  });

  it('cannot unsend what was sent', () => {
    expect(run([{ is: 'accepted' }, { is: 'rejected', error: 'late', attempt: 1 }]).state).toBe('sent');
  });
});

describe('an unknown outcome', () => {
  const unknown: SendFacts = { ...sending, state: 'unknown' };

  it('is settled by the first report', () => {
    expect(run([reported('delivered')], unknown)).toMatchObject({
      state: 'delivered',
      announced: ['comms.sent', 'comms.delivered'],
    });
  });

  it('is settled by a choice of whoever reads the e-mail', () => {
    expect(run([chosen('unsubscribe')], unknown)).toMatchObject({
      state: 'unsubscribed',
      announced: ['comms.sent', 'comms.unsubscribed'],
    });
  });
});

describe('what was decided here', () => {
  it.each<[SendInput, string]>([
    [{ is: 'expired', error: 'too old' }, 'comms.failed'],
    [{ is: 'suppressed', error: 'on the list' }, 'comms.dropped'],
  ])('%j is overruled by a proof that the provider has the e-mail', (decided, announced) => {
    for (const [proof, state] of [
      [{ is: 'accepted' }, 'sent'],
      [reported('processed'), 'sent'],
      [reported('deferred'), 'deferred'],
      [reported('delivered'), 'delivered'],
    ] as const) {
      const end = run([decided, proof]);
      expect(end).toMatchObject({ state, facts: { error: null, ended_at: null } });
      expect(end.announced.slice(0, 2)).toEqual([announced, 'comms.sent']);
    }
  });

  it('is not overruled by what proves nothing', () => {
    for (const nothing of [reported('other'), reported('account_status', 'compliance_suspend')])
      expect(run([{ is: 'expired', error: 'too old' }, nothing]).state).toBe('failed');
  });

  it('stands against what is decided later', () => {
    const expired: SendInput = { is: 'expired', error: 'too old' };
    const suppressed: SendInput = { is: 'suppressed', error: 'on the list' };
    expect(run([expired, suppressed])).toMatchObject({ state: 'failed', announced: ['comms.failed'] });
    expect(run([suppressed, expired])).toMatchObject({ state: 'dropped', announced: ['comms.dropped'] });
  });
});

describe('who unsubscribes', () => {
  it('is announced once per send, however often and however it is said', () => {
    const { announced } = run([
      chosen('unsubscribe'),
      chosen('unsubscribe'),
      reported('unsubscribed'),
      chosen('resubscribe'),
      chosen('unsubscribe'),
    ]);
    expect(announced).toEqual(['comms.sent', 'comms.unsubscribed']);
  });

  it('has left by this e-mail, also after subscribing again', () => {
    expect(run([chosen('unsubscribe'), chosen('resubscribe')]).state).toBe('unsubscribed');
  });

  it('is announced although the send had ended worse before', () => {
    expect(run([reported('spam_reported'), chosen('unsubscribe')])).toMatchObject({
      state: 'spam_reported',
      announced: ['comms.sent', 'comms.spam_reported', 'comms.unsubscribed'],
    });
  });
});
