import { describe, expect, it } from '@jest/globals';
import { providerEventTypes, type ProviderEventType, type SendState } from '@qflow/contracts';
import { advance, type SendFacts, type SendInput, type Transition } from './send-machine.js';

const sending: SendFacts = { state: 'sending', attempt: 1, announced: false, error: null };
const reported = (type: ProviderEventType, reason: string | null = null): SendInput => ({
  is: 'reported',
  type,
  reason,
});

/** Applies inputs in order; answers where the send ends and everything that was announced. */
function run(inputs: readonly SendInput[], facts: SendFacts = sending) {
  const announced: string[] = [];
  const suppressed = new Set<string>();
  for (const input of inputs) {
    const step: Transition = advance(facts, input);
    facts = step.facts;
    announced.push(...step.announce.map(({ type }) => type));
    if (step.suppress) suppressed.add(step.suppress);
  }
  return { state: facts.state, facts, announced, suppressed: [...suppressed].sort() };
}

function* permutations<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield [];
  for (const [index, item] of items.entries())
    for (const rest of permutations([...items.slice(0, index), ...items.slice(index + 1)]))
      yield [item, ...rest];
}

describe('one input', () => {
  const table: [SendInput, SendState, string[]][] = [
    [{ is: 'accepted' }, 'sent', ['comms.sent']],
    [{ is: 'rejected', error: 'no', attempt: 1 }, 'failed', ['comms.failed']],
    [{ is: 'postponed', error: 'later', attempt: 1 }, 'queued', []],
    [{ is: 'unknown', error: 'silence', attempt: 1 }, 'unknown', []],
    [{ is: 'expired', error: 'too old' }, 'failed', ['comms.failed']],
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
    [reported('other'), 'sending', []],
  ];

  it.each(table)('%j leads from sending to %s', (input, state, announced) => {
    expect(run([input])).toMatchObject({ state, announced });
  });

  it('tells why only where it failed or was dropped', () => {
    expect(run([reported('bounced', 'no such user')]).facts.error).toBeNull();
    expect(run([reported('dropped', 'Spam Content')]).facts.error).toBe('Spam Content');
    expect(run([{ is: 'rejected', error: 'bad address', attempt: 1 }]).facts.error).toBe('bad address');
  });
});

describe('the order of reports', () => {
  const all = providerEventTypes.filter((type) => type !== 'other');

  it('never matters for the end, the number of announcements or the suppression: every set of four, in every order', () => {
    for (const a of all)
      for (const b of all)
        for (const c of all) {
          const set: SendInput[] = [{ is: 'accepted' }, reported(a), reported(b), reported(c)];
          const ends = new Set<string>();
          for (const order of permutations(set)) {
            const { state, announced, suppressed } = run(order);
            ends.add(JSON.stringify([state, [...announced].sort(), suppressed]));
          }
          expect([...ends]).toHaveLength(1);
        }
  });

  it('announces comms.sent exactly once, and first, however the acceptance becomes known', () => {
    for (const order of permutations<SendInput>([
      { is: 'accepted' },
      reported('processed'),
      reported('delivered'),
      reported('opened'),
    ])) {
      const { announced } = run(order);
      expect(announced.filter((type) => type === 'comms.sent')).toHaveLength(1);
      expect(announced[0]).toBe('comms.sent');
    }
  });

  it.each<ProviderEventType>(['bounced', 'dropped', 'spam_reported', 'unsubscribed'])(
    'cannot lift a send out of %s',
    (type) => {
      const { state } = run([reported(type), ...all.map((other) => reported(other))]);
      expect(['bounced', 'dropped', 'spam_reported', 'unsubscribed']).toContain(state);
    },
  );
});

describe('an attempt that was given up', () => {
  const second: SendFacts = { ...sending, attempt: 2 };

  it('says nothing any more about the one that runs now', () => {
    expect(run([{ is: 'rejected', error: 'late', attempt: 1 }], second).state).toBe('sending');
    expect(run([{ is: 'postponed', error: 'late', attempt: 1 }], second).state).toBe('sending');
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
});

describe('suppression', () => {
  it.each([
    ['bounced', null, 'bounced'],
    ['spam_reported', null, 'spam_reported'],
    ['unsubscribed', null, 'unsubscribed'],
    ['dropped', 'Bounced Address', 'dropped'],
    ['dropped', 'Invalid', 'dropped'],
    ['dropped', 'Spam Content', null],
    ['dropped', 'Recipient List over Package Quota', null],
    ['blocked', 'mailbox full', null],
    ['delivered', null, null],
  ] as const)('%s (%s) suppresses: %s', (type, reason, suppress) => {
    expect(advance(sending, reported(type, reason)).suppress).toBe(suppress);
  });

  it('of an address drops a waiting send with the reason', () => {
    const queued: SendFacts = { ...sending, state: 'queued', attempt: 0 };
    const { state, announced, facts } = run([{ is: 'suppressed', error: 'on the list' }], queued);
    expect([state, announced, facts.error]).toEqual(['dropped', ['comms.dropped'], 'on the list']);
  });
});
