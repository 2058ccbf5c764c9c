import { beforeEach, describe, expect, it } from '@jest/globals';
import { invalidEmail, type ProviderOutcome, type RetryReason } from './email-provider.js';
import {
  failuresToClose,
  failuresToCloseWhileBusy,
  firstOutageMs,
  longestOutageMs,
  ProviderCircuit,
  type Permit,
} from './provider-circuit.js';

const accepted: ProviderOutcome = { is: 'accepted', messageId: null };
const rejected: ProviderOutcome = { is: 'rejected', code: 'x', error: 'bad address' };
const unknown: ProviderOutcome = { is: 'unknown', code: 'timeout', error: 'no answer' };
const retryable = (because: RetryReason, afterMs?: number): ProviderOutcome => ({
  is: 'retryable',
  because,
  code: 'x',
  error: `it is ${because}`,
  ...(afterMs !== undefined && { afterMs }),
});
const down = retryable('down');

let circuit: ProviderCircuit;
let now: number;

beforeEach(() => {
  circuit = new ProviderCircuit();
  now = 1_000_000;
});

const enter = (): Permit => {
  const permit = circuit.enter(now);
  if (!permit) throw new Error('no e-mail may go');
  return permit;
};
const send = (...outcomes: ProviderOutcome[]): void =>
  outcomes.forEach((outcome) => circuit.observe(enter(), outcome, now));
const times = (count: number, outcome: ProviderOutcome): ProviderOutcome[] =>
  Array.from({ length: count }, () => outcome);
const state = (): string => circuit.status(now).is;
const until = (): number => {
  const status = circuit.status(now);
  return status.is === 'open' ? 0 : status.until;
};
const goDown = (): void => {
  while (state() === 'open') send(down);
};

describe('a provider that answers', () => {
  it.each([
    ['takes e-mail', accepted],
    ['refuses e-mail', rejected],
    ['cannot take single e-mails', retryable('this_attempt')],
  ])('and %s gets more, however often', (_what, outcome) => {
    send(...times(100, outcome));
    expect(state()).toBe('open');
    expect(enter().trial).toBe(false);
  });

  it.each([
    ['fails', down],
    ['does not answer', unknown],
    ['refuses our key', retryable('misconfigured')],
  ])('and then %s is down after so many in a row, and not before', (_what, outcome) => {
    send(accepted, ...times(failuresToClose - 1, outcome));
    expect(state()).toBe('open');
    send(outcome);
    expect(state()).toBe('down');
    expect(circuit.enter(now)).toBeUndefined();
  });

  it.each([
    ['takes', accepted],
    ['refuses', rejected],
    ['slows down for', retryable('slow_down', 0)],
    ['cannot take', retryable('this_attempt')],
  ])('and fails now and then is not down: one e-mail that it %s ends the row', (_what, outcome) => {
    for (let round = 0; round < 10; round++) send(...times(failuresToClose - 1, down), outcome);
    expect(state()).toBe('open');
  });

  it('and fails a few of a burst, sooner than it takes the others, is not down', () => {
    const burst = Array.from({ length: 40 }, enter);
    burst.slice(0, failuresToCloseWhileBusy - 1).forEach((permit) => circuit.observe(permit, down, now));
    expect(state()).toBe('open');
    burst.slice(failuresToCloseWhileBusy - 1).forEach((permit) => circuit.observe(permit, accepted, now));
    send(...times(failuresToClose - 1, down));
    expect(state()).toBe('open');
  });

  it.each([
    ['after so many of a burst, though others are on their way', 40, failuresToCloseWhileBusy],
    ['when the last of a smaller burst has failed', failuresToClose + 3, failuresToClose + 3],
    ['when those on their way were not handed over after all', failuresToClose, failuresToClose],
  ])('and then fails is down %s', (_when, size, needed) => {
    const burst = Array.from({ length: size }, enter);
    const left = enter();
    circuit.leave(left);
    burst.slice(0, needed - 1).forEach((permit) => circuit.observe(permit, down, now));
    expect(state()).toBe('open');
    circuit.observe(burst[needed - 1] as Permit, down, now);
    expect(state()).toBe('down');
  });
});

describe('a provider that is down', () => {
  it('says since when, why and until when', () => {
    const since = now;
    goDown();
    now += 10;
    expect(circuit.status(now)).toEqual({
      is: 'down',
      because: 'down',
      error: 'it is down',
      since,
      until: since + firstOutageMs,
      trying: false,
    });
  });

  it('is told from one that our settings are wrong for', () => {
    send(...times(failuresToClose, retryable('misconfigured')));
    expect(circuit.status(now)).toMatchObject({ because: 'misconfigured', error: 'it is misconfigured' });
  });

  it('is no better for an e-mail that cannot be written: nobody asked it', () => {
    const unwritable: ProviderOutcome = { is: 'rejected', code: invalidEmail, error: 'to is no address' };
    send(...times(failuresToClose - 1, down), unwritable, down);
    expect(state()).toBe('down');
    now = until();
    send(unwritable);
    expect(circuit.status(now)).toMatchObject({ is: 'down', trying: false });
    expect(enter().trial).toBe(true);
  });

  it('gets nothing before its time, and then one e-mail, however many ask', () => {
    goDown();
    now = until() - 1;
    expect(circuit.enter(now)).toBeUndefined();
    now++;
    expect(enter().trial).toBe(true);
    expect(circuit.enter(now)).toBeUndefined();
    now += longestOutageMs;
    expect(circuit.enter(now)).toBeUndefined();
    expect(circuit.status(now)).toMatchObject({ is: 'down', trying: true });
  });

  it.each([
    ['taken', accepted],
    ['refused', rejected],
    ['greylisted', retryable('this_attempt')],
  ])('is open again for all once the one for trial is %s', (_what, outcome) => {
    goDown();
    now = until();
    send(outcome);
    expect(state()).toBe('open');
    expect([enter(), enter()].map(({ trial }) => trial)).toEqual([false, false]);
    // And it takes as many failures as ever to close it.
    send(...times(failuresToClose - 1, down));
    expect(state()).toBe('open');
  });

  it('is waited for twice as long after each that fails, up to a bound, and all of it is one outage', () => {
    const since = now;
    goDown();
    const waits = Array.from({ length: 9 }, () => {
      const wait = until() - now;
      now = until();
      send(unknown);
      return wait;
    });
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000));
    expect(circuit.status(now)).toMatchObject({ since, error: 'no answer' });
  });

  it('is waited for as long as it says itself, where that is longer', () => {
    send(...times(failuresToClose, retryable('down', 90_000)));
    expect(until() - now).toBe(90_000);
    now = until();
    send(retryable('down', 500));
    expect(until() - now).toBe(2 * firstOutageMs);
  });

  it('is waited for as briefly as at first when it goes down again later', () => {
    goDown();
    now = until();
    send(down);
    now = until();
    send(accepted);
    goDown();
    expect(until() - now).toBe(firstOutageMs);
  });

  it('gets another one for trial when the first was not handed over after all', () => {
    goDown();
    now = until();
    circuit.leave(enter());
    expect(enter().trial).toBe(true);
  });

  it('is not told anything new by what was on its way before', () => {
    const earlier = Array.from({ length: 10 }, enter);
    goDown();
    const before = circuit.status(now);
    now += 100;
    earlier.slice(0, 5).forEach((permit) => circuit.observe(permit, unknown, now));
    earlier.slice(5).forEach((permit) => circuit.observe(permit, accepted, now));
    expect(circuit.status(now)).toEqual(before);
  });

  it('that is back is not taken down by failures from before', () => {
    const earlier = Array.from({ length: 50 }, enter);
    goDown();
    now = until();
    send(accepted);
    earlier.forEach((permit) => circuit.observe(permit, unknown, now));
    expect(state()).toBe('open');
  });

  it('keeps its trial while others of before come back', () => {
    const earlier = enter();
    goDown();
    now = until();
    const trial = enter();
    circuit.observe(earlier, down, now);
    expect(circuit.enter(now)).toBeUndefined();
    circuit.observe(trial, accepted, now);
    expect(state()).toBe('open');
  });
});

describe('a provider that asks us to slow down', () => {
  it('is left alone until the time that it named, and is not down', () => {
    send(retryable('slow_down', 3_000));
    expect(circuit.status(now)).toEqual({
      is: 'paused',
      because: 'rate_limited',
      error: 'it is slow_down',
      since: now,
      until: now + 3_000,
      trying: false,
    });
    now += 2_999;
    expect(circuit.enter(now)).toBeUndefined();
    now++;
    expect(state()).toBe('open');
    expect([enter(), enter()].map(({ trial }) => trial)).toEqual([false, false]);
  });

  it('without saying for how long is left alone for ten seconds', () => {
    send(retryable('slow_down'));
    expect(until() - now).toBe(10_000);
  });

  it('is obeyed to the latest time that any of its answers named', () => {
    const since = now;
    const [one, two, three] = [enter(), enter(), enter()];
    circuit.observe(one, retryable('slow_down', 5_000), now);
    now += 1_000;
    circuit.observe(two, retryable('slow_down', 1_000), now);
    expect(circuit.status(now)).toMatchObject({ since, until: since + 5_000 });
    circuit.observe(three, retryable('slow_down', 9_000), now);
    expect(circuit.status(now)).toMatchObject({ since, until: since + 10_000 });
  });

  it('is not released by what it took before', () => {
    const earlier = enter();
    send(retryable('slow_down', 3_000));
    circuit.observe(earlier, accepted, now);
    expect(state()).toBe('paused');
  });

  it('while it is paused goes down by what was on its way', () => {
    const earlier = Array.from({ length: failuresToClose }, enter);
    send(retryable('slow_down', 30_000));
    earlier.forEach((permit) => circuit.observe(permit, down, now));
    // Both hold: it is down, and it is not tried before the time it named.
    expect(circuit.status(now)).toMatchObject({ is: 'down', until: now + 30_000 });
    now += 29_999;
    expect(circuit.enter(now)).toBeUndefined();
    now++;
    expect(enter().trial).toBe(true);
  });

  it('at its trial is not down any more, but paused', () => {
    goDown();
    now = until();
    send(retryable('slow_down', 7_000));
    expect(circuit.status(now)).toMatchObject({ is: 'paused', until: now + 7_000 });
  });

  it('again and again is paused again and again, and never down', () => {
    for (let round = 0; round < 20; round++) {
      send(retryable('slow_down', 100));
      now += 100;
    }
    expect(state()).toBe('open');
  });
});
