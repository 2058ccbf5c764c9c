import { describe, expect, it } from '@jest/globals';
import { providerEventTypes, type EventType, type SendState } from '@qflow/contracts';
import { learn, type AddressFacts } from '../suppressions/address-standing.js';
import { advance, type SendFacts, type SendInput } from './send-machine.js';

/*
 * Every set of up to five inputs, in every order. An order is not run from its beginning: where the orders of a set
 * end is where those of the set without one input end, each followed by that input. So what a set leads to is found
 * once, and the hundred thousand sets with their millions of orders take a few seconds.
 */

const longest = 5;

interface Kind {
  input: SendInput;
  at: Date;
  /** That the provider has the e-mail. */
  proves: boolean;
  /** An ending that the sender decides on. */
  decides: EventType | null;
  /** An attempt has one outcome, so one order has one of these. */
  outcome: boolean;
}

let second = 0;
const kind = (input: SendInput, values: Partial<Kind> = {}): Kind => ({
  input,
  // Another moment for each kind, so that which of two came last shows.
  at: new Date(Date.UTC(2026, 3, 29, 10, 0, second++)),
  proves: true,
  decides: null,
  outcome: false,
  ...values,
});

const noProof = { proves: false };
const kinds: readonly Kind[] = [
  kind({ is: 'accepted' }),
  kind({ is: 'rejected', error: 'no', attempt: 1 }, { ...noProof, decides: 'comms.failed', outcome: true }),
  kind({ is: 'postponed', error: 'later', attempt: 1 }, { ...noProof, outcome: true }),
  kind({ is: 'unknown', error: 'silence', attempt: 1 }, { ...noProof, outcome: true }),
  kind({ is: 'expired', error: 'too old' }, { ...noProof, decides: 'comms.failed' }),
  kind({ is: 'suppressed', error: 'on the list' }, { ...noProof, decides: 'comms.dropped' }),
  kind({ is: 'chosen', choice: 'unsubscribe' }),
  kind({ is: 'chosen', choice: 'resubscribe' }),
  ...providerEventTypes.map((type) =>
    kind(
      { is: 'reported', type, reason: type === 'dropped' ? 'Bounced Address' : type },
      { proves: type !== 'other' && type !== 'account_status' },
    ),
  ),
  // The same again, later, and for another reason.
  kind({ is: 'reported', type: 'blocked', reason: 'mailbox full' }),
  kind({ is: 'reported', type: 'dropped', reason: 'Spam Content' }),
];

/** Gives equal values one number each, so that comparing them is comparing numbers. */
class Numbered<T extends object> {
  readonly values: T[] = [];
  private readonly numbers = new Map<string, number>();

  of(value: T): number {
    const key = JSON.stringify(Object.entries(value).sort());
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.values.push(value) - 1);
    return this.values.length - 1;
  }
}

const announcedTypes: readonly EventType[] = [
  'comms.sent',
  'comms.failed',
  'comms.delivered',
  'comms.deferred',
  'comms.opened',
  'comms.clicked',
  'comms.bounced',
  'comms.dropped',
  'comms.spam_reported',
  'comms.unsubscribed',
];
/** A set of announcements is a number of one octal digit per type: five inputs announce at most seven of one. */
const digit = (type: EventType): number => {
  const place = announcedTypes.indexOf(type);
  if (place === -1) throw new Error(`${type} is not expected here`);
  return 8 ** place;
};
const countOf = (announced: number, type: EventType): number => Math.floor(announced / digit(type)) % 8;

/** Where an order ends. */
interface End {
  facts: number;
  address: number;
  announced: number;
}

const absorbing: readonly SendState[] = ['unsubscribed', 'dropped', 'bounced', 'spam_reported'];

class Orders {
  readonly facts = new Numbered<SendFacts>();
  readonly addresses = new Numbered<AddressFacts>();
  /** Reported endings that something led out of. */
  readonly escapes: string[] = [];
  private readonly steps = new Map<number, Pick<End, 'facts' | 'announced'>>();
  private readonly lessons = new Map<number, number>();
  private readonly found = new Map<string, End[]>();

  constructor(start: SendFacts) {
    this.found.set('', [{ facts: this.facts.of(start), address: this.addresses.of({}), announced: 0 }]);
  }

  /** The different ends of all orders of a set of kinds, given in ascending order. */
  endsOf(set: readonly number[]): End[] {
    const key = set.join();
    const known = this.found.get(key);
    if (known) return known;
    const ends = new Map<string, End>();
    set.forEach((last, place) => {
      if (last === set[place - 1]) return;
      for (const before of this.endsOf(set.filter((_, index) => index !== place))) {
        const end = this.after(before, last);
        ends.set(`${end.facts} ${end.address} ${end.announced}`, end);
      }
    });
    const different = [...ends.values()];
    this.found.set(key, different);
    return different;
  }

  private after({ facts, address, announced }: End, last: number): End {
    const step = this.step(facts, last);
    return {
      facts: step.facts,
      address: this.learned(address, last),
      announced: announced + step.announced,
    };
  }

  private step(from: number, index: number): Pick<End, 'facts' | 'announced'> {
    const key = from * kinds.length + index;
    const known = this.steps.get(key);
    if (known) return known;
    const before = this.facts.values[from] as SendFacts;
    const { input, at } = kinds[index] as Kind;
    const { facts, announce } = advance(before, input, at);
    if (before.announced && absorbing.includes(before.state) && !absorbing.includes(facts.state))
      this.escapes.push(`${before.state} → ${facts.state}`);
    const step = {
      facts: this.facts.of(facts),
      announced: announce.reduce((sum, { type }) => sum + digit(type), 0),
    };
    this.steps.set(key, step);
    return step;
  }

  private learned(from: number, index: number): number {
    const key = from * kinds.length + index;
    const known = this.lessons.get(key);
    if (known !== undefined) return known;
    const { input, at } = kinds[index] as Kind;
    const { says } = advance(this.facts.values[0] as SendFacts, input, at);
    const before = this.addresses.values[from] as AddressFacts;
    const learned = this.addresses.of(says ? learn(before, { is: says, at, sendId: 'the send' }) : before);
    this.lessons.set(key, learned);
    return learned;
  }
}

/** Every set of `size` kinds, some of them more than once, in ascending order. */
function* setsOf(size: number, from = 0): Generator<number[]> {
  if (size === 0) yield [];
  else
    for (let first = from; first < kinds.length; first++)
      for (const rest of setsOf(size - 1, first)) yield [first, ...rest];
}

const canOccur = (set: readonly number[]): boolean =>
  set.filter((index) => kinds[index]?.outcome).length <= 1;

/** What all orders of one set must come to; the differences found, in words. */
function check(orders: Orders, set: readonly number[], decides: (one: Kind) => EventType | null): string[] {
  const of = set.map((index) => kinds[index] as Kind);
  const ends = orders.endsOf(set);
  const decisions = [...new Set(set.filter((index) => decides(kinds[index] as Kind)))];
  const isProven = of.some(({ proves }) => proves);
  const wrong: string[] = [];
  const mustBe = (what: string, is: boolean): void => void (is || wrong.push(`${what}: ${namesOf(of)}`));

  mustBe('one standing of the address', new Set(ends.map(({ address }) => address)).size === 1);
  const leaves = of.some(({ input }) => isLeaving(input));
  for (const { announced, facts } of ends) {
    mustBe('comms.sent once if proven, else never', countOf(announced, 'comms.sent') === (isProven ? 1 : 0));
    mustBe(
      'comms.unsubscribed once if left, else never',
      countOf(announced, 'comms.unsubscribed') === (leaves ? 1 : 0),
    );
    mustBe('known as proven', orders.facts.values[facts]?.announced === isProven);
  }
  if (isProven) {
    // The decision that was announced before the first proof cannot be taken back: all that the order decides.
    const [base] = orders.endsOf(set.filter((index) => !decisions.includes(index))) as [End];
    const events = new Set(decisions.map((index) => digit(decides(kinds[index] as Kind) as EventType)));
    const expected = [base.announced, ...[...events].map((event) => base.announced + event)];
    mustBe('one state, reason and moment', new Set(ends.map(({ facts }) => facts)).size === 1);
    mustBe(
      'the announcements',
      isSame(
        ends.map(({ announced }) => announced),
        expected,
      ),
    );
  } else if (decisions.length > 0) {
    // Whichever of our own decisions comes first stands.
    const expected = decisions.map((index) => orders.endsOf([index])[0] as End);
    mustBe(
      'the first decision',
      isSame(
        ends.map(({ facts }) => facts),
        expected.map(({ facts }) => facts),
      ),
    );
  } else mustBe('one end', ends.length === 1);
  return wrong;
}

const isLeaving = (input: SendInput): boolean =>
  (input.is === 'chosen' && input.choice === 'unsubscribe') ||
  (input.is === 'reported' && input.type === 'unsubscribed');

const isSame = (a: readonly number[], b: readonly number[]): boolean =>
  JSON.stringify([...new Set(a)].sort((x, y) => x - y)) ===
  JSON.stringify([...new Set(b)].sort((x, y) => x - y));

const namesOf = (of: readonly Kind[]): string => of.map(({ input }) => JSON.stringify(input)).join(', ');

describe('every set of up to five inputs, in every order,', () => {
  const waiting = { attempt: 1, announced: false, unsubscribed: false, error: null, ended_at: null };

  it.each(['sending', 'queued', 'unknown'] as const)(
    'ends the same from %s: state, reason, moment, announcements, standing of the address',
    (state) => {
      const orders = new Orders({ ...waiting, state });
      // An answer to an attempt that does not run any more is none.
      const decides = ({ outcome, decides: type }: Kind): EventType | null =>
        outcome && state !== 'sending' ? null : type;
      const wrong: string[] = [];
      let sets = 0;
      for (let size = 1; size <= longest; size++)
        for (const set of setsOf(size))
          if (canOccur(set)) {
            sets++;
            wrong.push(...check(orders, set, decides));
          }
      expect(wrong.slice(0, 10)).toEqual([]);
      expect(orders.escapes).toEqual([]);
      // All of them: without the outcomes, and with one of each outcome beside up to four others.
      expect(sets).toBe(
        setCount(kinds.length - 3, longest) + 3 * (1 + setCount(kinds.length - 3, longest - 1)),
      );
    },
  );
});

/** Sets of 1 to `size` out of `n` kinds, some of them more than once. */
function setCount(n: number, size: number): number {
  let total = 0;
  for (let k = 1, ways = 1; k <= size; k++) {
    ways = (ways * (n + k - 1)) / k;
    total += ways;
  }
  return total;
}
