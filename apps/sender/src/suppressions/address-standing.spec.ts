import { describe, expect, it } from '@jest/globals';
import { providerEventTypes, type ProviderEventType } from '@qflow/contracts';
import {
  announcedBy,
  decidedAt,
  factOf,
  learn,
  liftOf,
  standingFacts,
  standingOf,
  suppressionReasons,
  type AddressFacts,
  type StandingFact,
  type StandingInput,
} from './address-standing.js';

const at = (second: number): Date => new Date(Date.UTC(2026, 3, 29, 10, 0, second));
const said = (is: StandingFact, second: number, sendId: string | null = 'a'): StandingInput => ({
  is,
  at: at(second),
  sendId: is === 'lifted' ? null : sendId,
});

const after = (...inputs: StandingInput[]): AddressFacts => inputs.reduce<AddressFacts>(learn, {});
const reasonAfter = (...inputs: StandingInput[]) => standingOf(after(...inputs)).suppression?.reason ?? null;

function* permutations<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield [];
  for (const [index, item] of items.entries())
    for (const rest of permutations([...items.slice(0, index), ...items.slice(index + 1)]))
      yield [item, ...rest];
}

describe('a report says of the address', () => {
  const lasting: Partial<Record<ProviderEventType, StandingFact>> = {
    bounced: 'bounced',
    spam_reported: 'spam_reported',
    unsubscribed: 'unsubscribed',
    resubscribed: 'resubscribed',
  };
  it.each(providerEventTypes.filter((type) => type !== 'dropped'))('%s', (type) => {
    expect(factOf(type, 'Bounced Address')).toBe(lasting[type] ?? null);
  });

  // SendGrid event reference, "dropped"; and what it does not have (yet).
  it.each([
    ['Bounced Address', 'dropped'],
    ['Unsubscribed Address', 'dropped'],
    ['Spam Reporting Address', 'dropped'],
    ['Invalid', 'dropped'],
    [' bounced address ', 'dropped'],
    ['Invalid SMTPAPI header', null],
    ['Spam Content', null],
    ['Recipient List over Package Quota', null],
    ['Something new', null],
    ['', null],
    [null, null],
  ])('dropped (%j): %s', (reason, fact) => {
    expect(factOf('dropped', reason)).toBe(fact);
  });
});

describe('an address', () => {
  it('of which nothing was said may be mailed', () => {
    expect(standingOf({})).toEqual({ suppression: null, unsubscribed: false });
    expect(decidedAt({})).toBeNull();
  });

  it.each(suppressionReasons)(
    'that %s is suppressed, and tells since when and through which send',
    (reason) => {
      expect(standingOf(after(said(reason, 3, 'the send')))).toEqual({
        suppression: { reason, at: at(3), sendId: 'the send' },
        unsubscribed: reason === 'unsubscribed',
      });
    },
  );

  it.each(suppressionReasons)(
    'that %s is not suppressed once that is lifted, until it happens again',
    (reason) => {
      expect(reasonAfter(said(reason, 1), said('lifted', 2))).toBeNull();
      expect(reasonAfter(said(reason, 1), said('lifted', 2), said(reason, 3))).toBe(reason);
    },
  );

  it.each(suppressionReasons)('is not suppressed by a late report of %s before the lift', (reason) => {
    expect(reasonAfter(said('bounced', 2), said('lifted', 3), said(reason, 1))).toBeNull();
  });

  it('is subscribed again by its owner where it had unsubscribed before, and for nothing else', () => {
    for (const reason of suppressionReasons)
      expect(reasonAfter(said(reason, 1), said('resubscribed', 2))).toBe(
        reason === 'unsubscribed' ? null : reason,
      );
    expect(reasonAfter(said('unsubscribed', 3), said('resubscribed', 2))).toBe('unsubscribed');
    const both = after(said('unsubscribed', 1), said('bounced', 2), said('resubscribed', 3));
    expect(standingOf(both)).toMatchObject({ suppression: { reason: 'bounced' }, unsubscribed: false });
  });

  it('is in doubt not mailed: of two things at the same moment the reason holds', () => {
    expect(reasonAfter(said('unsubscribed', 2), said('resubscribed', 2))).toBe('unsubscribed');
    expect(reasonAfter(said('bounced', 2), said('lifted', 2))).toBe('bounced');
  });

  it('shows the most serious of the reasons that hold', () => {
    const all = suppressionReasons.map((reason, index) => said(reason, index));
    for (const [index, reason] of suppressionReasons.entries())
      for (const some of permutations(all.slice(index))) expect(reasonAfter(...some)).toBe(reason);
  });

  it('knows when its owner last decided', () => {
    expect(decidedAt(after(said('unsubscribed', 2), said('resubscribed', 1), said('bounced', 3)))).toEqual(
      at(2),
    );
    expect(decidedAt(after(said('unsubscribed', 2), said('resubscribed', 4)))).toEqual(at(4));
  });
});

describe('lifting', () => {
  it.each(suppressionReasons)('ends %s, also where the clock that told of it is ahead', (reason) => {
    const facts = after(said(reason, 30));
    const lifted = learn(facts, liftOf(facts, at(10)));
    expect(standingOf(lifted).suppression).toBeNull();
    expect(lifted.lifted?.at).toEqual(new Date(at(30).getTime() + 1));
  });

  it('counts from its own moment where nothing is ahead', () => {
    expect(liftOf(after(said('bounced', 1), said('resubscribed', 50)), at(10))).toEqual(said('lifted', 10));
  });
});

describe('integrators hear', () => {
  it('of a change between being subscribed and not, and of nothing else', () => {
    const subscribed = after();
    const left = after(said('unsubscribed', 1));
    const back = after(said('unsubscribed', 1), said('resubscribed', 2));
    expect(announcedBy(subscribed, left)).toBe('contact.unsubscribed');
    expect(announcedBy(left, back)).toBe('contact.subscribed');
    expect(announcedBy(left, learn(left, said('lifted', 2)))).toBe('contact.subscribed');
    expect(announcedBy(left, learn(left, said('unsubscribed', 5)))).toBeNull();
    expect(announcedBy(subscribed, after(said('resubscribed', 5)))).toBeNull();
    expect(announcedBy(subscribed, after(said('bounced', 5)))).toBeNull();
    expect(announcedBy(left, learn(left, said('spam_reported', 5)))).toBeNull();
  });
});

describe('the order of arrival', () => {
  const seconds = [1, 2, 3];
  const inputs = standingFacts.flatMap((is) =>
    seconds.map((second) => said(is, second, second % 2 ? 'a' : 'b')),
  );

  function* sets(size: number, from = 0): Generator<StandingInput[]> {
    if (size === 0) yield [];
    else
      for (let first = from; first < inputs.length; first++)
        for (const rest of sets(size - 1, first)) yield [inputs[first] as StandingInput, ...rest];
  }

  it('never matters: every set of up to four inputs, in every order', () => {
    const wrong: StandingInput[][] = [];
    for (const size of [1, 2, 3, 4])
      for (const set of sets(size)) {
        const expected = canonical(after(...set));
        for (const order of permutations(set)) {
          let facts: AddressFacts = {};
          let heard = false;
          for (const input of order) {
            const next = learn(facts, input);
            const event = announcedBy(facts, next);
            // Never the same twice in a row, and always what holds.
            if ((event === 'contact.unsubscribed' && heard) || (event === 'contact.subscribed' && !heard))
              wrong.push(order);
            heard = event === null ? heard : event === 'contact.unsubscribed';
            facts = next;
          }
          if (canonical(facts) !== expected || heard !== standingOf(facts).unsubscribed) wrong.push(order);
        }
      }
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  it('nor do repetitions: they leave the very same facts', () => {
    for (const set of sets(3)) {
      const facts = after(...set);
      for (const input of set) expect(learn(facts, input)).toBe(facts);
    }
  });

  it('nor which of two sends at the same moment was heard of first', () => {
    const [a, b] = [said('bounced', 1, 'a'), said('bounced', 1, 'b')];
    expect(after(a, b)).toEqual(after(b, a));
  });

  const canonical = (facts: AddressFacts): string => JSON.stringify(Object.entries(facts).sort());
});
