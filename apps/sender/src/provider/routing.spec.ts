import { describe, expect, it } from '@jest/globals';
import type { ProviderName } from '@qflow/contracts';
import type { CircuitStatus } from './provider-circuit.js';
import { Routing } from './routing.js';

const now = 1_000_000;

const open: CircuitStatus = { is: 'open' };
type Closed = Exclude<CircuitStatus, { is: 'open' }>;
const closed = (is: Closed['is'], values: Partial<Closed> = {}): Closed => ({
  is,
  because: is === 'paused' ? 'rate_limited' : 'down',
  error: 'no',
  since: now,
  until: now + 5_000,
  trying: false,
  ...values,
});
const down = closed('down');
const paused = closed('paused');
const toTry = closed('down', { until: now });

const routing = (
  statuses: Partial<Record<ProviderName, CircuitStatus>>,
  defaults: ProviderName[] = ['sendgrid', 'smtp'],
  random = () => 0,
): Routing =>
  new Routing(defaults, new Map(Object.entries(statuses) as [ProviderName, CircuitStatus][]), now, random);

describe('an e-mail', () => {
  it.each<[string, CircuitStatus, CircuitStatus, object]>([
    ['goes through the first', open, open, { through: 'sendgrid' }],
    ['goes through the next while the first is down', down, open, { through: 'smtp' }],
    ['waits for the first while it is paused', paused, open, { waitUntil: now + 5_000 }],
    [
      'waits for the next while that is paused and the first is down',
      down,
      paused,
      { waitUntil: now + 5_000 },
    ],
    [
      'waits for whichever is tried first',
      down,
      closed('down', { until: now + 3_000 }),
      { waitUntil: now + 3_000 },
    ],
    ['is sent for trial to the first', toTry, open, { through: 'sendgrid' }],
    ['is sent for trial to the next', down, toTry, { through: 'smtp' }],
    ['goes through the next while one is on trial', { ...toTry, trying: true }, open, { through: 'smtp' }],
  ])('%s', (_what, sendgrid, smtp, expected) => {
    expect(routing({ sendgrid, smtp }).of(null, null)).toMatchObject(expected);
  });

  it('of an account with a list goes by that, and by that alone', () => {
    const two = routing({ sendgrid: open, smtp: down, sandbox: open });
    expect(two.of(['sandbox'], null)).toEqual({ through: 'sandbox' });
    expect(two.of(['smtp', 'sandbox'], null)).toEqual({ through: 'sandbox' });
    expect(two.of(['smtp'], null)).toEqual({
      waitUntil: now + 5_000,
      error: 'waits for smtp, it is down: no',
    });
  });

  it('that one provider may have goes to no other, whatever the lists say', () => {
    const two = routing({ sendgrid: down, smtp: open });
    expect(two.of(null, 'sendgrid')).toMatchObject({ waitUntil: now + 5_000 });
    expect(two.of(['smtp'], 'sendgrid')).toMatchObject({ waitUntil: now + 5_000 });
    expect(two.of(['sendgrid'], 'smtp')).toEqual({ through: 'smtp' });
  });

  it('does not go to a provider that is not configured any more', () => {
    const one = routing({ smtp: open }, ['smtp']);
    expect(one.of(['sandbox', 'smtp'], null)).toEqual({ through: 'smtp' });
    expect(one.of(['sandbox'], null)).toEqual({
      waitUntil: now + 60_000,
      error: 'waits for sandbox: not configured',
    });
    expect(one.of(null, 'sendgrid')).toMatchObject({ error: 'waits for sendgrid: not configured' });
  });
});

describe('of the e-mails of a batch', () => {
  it('one is sent for trial, and the others go as if there were no trial', () => {
    const both = routing({ sendgrid: toTry, smtp: open });
    expect([1, 2, 3].map(() => both.of(null, null))).toEqual([
      { through: 'sendgrid' },
      { through: 'smtp' },
      { through: 'smtp' },
    ]);
  });

  it('none that has failed already is sent for trial where it has another way', () => {
    expect(routing({ sendgrid: toTry, smtp: open }).of(null, null, 1)).toEqual({ through: 'smtp' });
    expect(routing({ sendgrid: toTry, smtp: down }).of(null, null, 1)).toEqual({ through: 'sendgrid' });
    expect(routing({ sendgrid: toTry, smtp: open }).of(null, 'sendgrid', 1)).toEqual({ through: 'sendgrid' });
  });

  it('one goes to each provider that is to be tried', () => {
    const both = routing({ sendgrid: toTry, smtp: toTry });
    const [first, second, third] = [1, 2, 3].map(() => both.of(null, null));
    expect([first, second]).toEqual([{ through: 'sendgrid' }, { through: 'smtp' }]);
    expect(third).toHaveProperty('waitUntil');
  });
});

describe('a wait', () => {
  it('is never so short that it is spun on', () => {
    expect(routing({ sendgrid: { ...toTry, trying: true } }).of(['sendgrid'], null)).toMatchObject({
      waitUntil: now + 1_000,
    });
  });

  it.each([
    ['ten seconds', 10_000, 1_000],
    ['ten minutes', 600_000, 60_000],
    ['a day', 86_400_000, 300_000],
  ])('for a provider that has been down for %s is spread', (_what, age, spread) => {
    const sendgrid = closed('down', { since: now - age });
    const at = (random: number) => routing({ sendgrid }, ['sendgrid'], () => random).of(null, null);
    expect(at(0)).toMatchObject({ waitUntil: now + 5_000 });
    expect(at(1)).toMatchObject({ waitUntil: now + 5_000 + spread });
  });

  it('for a pause is as long as the pause', () => {
    const sendgrid = closed('paused', { since: now - 600_000 });
    expect(routing({ sendgrid }, ['sendgrid'], () => 1).of(null, null)).toMatchObject({
      waitUntil: now + 5_000,
    });
  });
});
