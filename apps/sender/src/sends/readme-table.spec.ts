import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { providerEventTypes, sendStates, type ProviderEventType, type SendState } from '@qflow/contracts';
import { advance, type SendFacts, type SendInput } from './send-machine.js';

/** What the README says of the machine is read, and the machine asked whether it is true. */
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

const sending: SendFacts = {
  state: 'sending',
  attempt: 1,
  announced: false,
  unsubscribed: false,
  error: null,
  ended_at: null,
};
const at = new Date(0);
const choices = ['unsubscribe', 'resubscribe'] as const;

const inputOf = (name: string): SendInput => {
  const choice = choices.find((one) => one === name);
  if (choice) return { is: 'chosen', choice };
  // A drop for one of the reasons that say something of the address.
  return { is: 'reported', type: name as ProviderEventType, reason: 'Bounced Address' };
};

/** A row of the table of what arrives. */
interface Row {
  name: string;
  /** `sending`: it moves nothing. */
  state: SendState;
  told: string[];
  fact: string | null;
}

const words = (cell: string | undefined): string[] =>
  [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, word]) => word as string);

const rows: readonly Row[] = (readme.slice(readme.indexOf('| what arrives ')).split('\n\n')[0] ?? '')
  .split('\n')
  .slice(2)
  .map((line) => {
    const [, name, , state, told, fact] = line.split('|');
    return {
      name: words(name)[0] ?? '',
      state: (words(state)[0] ?? 'sending') as SendState,
      told: words(told),
      fact: words(fact)[0] ?? null,
    };
  });

/** The states in the order in which the README ranks them. */
const ranked = [...(/telling state it has seen: ([^.]+)\./.exec(readme)?.[1] ?? '').matchAll(/`(\w+)`/g)].map(
  ([, state]) => state as SendState,
);

describe('the README', () => {
  it('has a row for everything that can be reported or chosen', () => {
    expect(rows.map(({ name }) => name)).toEqual([...providerEventTypes, ...choices]);
  });

  it.each(rows)('tells what $name leads to', ({ name, state, told, fact }) => {
    const { facts, announce, says } = advance(sending, inputOf(name), at);
    expect(facts.state).toBe(state);
    expect(announce.map(({ type }) => type).filter((type) => type !== 'comms.sent')).toEqual(told);
    expect(says).toBe(fact);
  });

  it('ranks every state that the provider having the e-mail can lead to', () => {
    expect([...ranked].sort()).toEqual(
      sendStates.filter((state) => !['queued', 'sending', 'unknown'].includes(state)).sort(),
    );
  });

  it('ranks them as the machine does: of two the further one stays', () => {
    const argueFor = new Map(rows.map(({ state, name }) => [state, name]));
    for (const [place, lower] of ranked.entries())
      for (const higher of ranked.slice(place + 1)) {
        const inputs = [lower, higher].map((state) => inputOf(argueFor.get(state) as string));
        for (const order of [inputs, [...inputs].reverse()])
          expect(order.reduce((facts, input) => advance(facts, input, at).facts, sending).state).toBe(higher);
      }
  });
});
