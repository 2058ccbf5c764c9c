import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mail, startSandbox, type TestSandbox } from './start-sandbox.js';

interface Rule {
  id: string;
  matched: number;
  hits: number;
  spent: boolean;
}

describe('fault rules', () => {
  let sandbox: TestSandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());
  beforeEach(() => sandbox.call('POST', '/reset'));

  const set = (rule: object): Promise<Rule> => sandbox.call('POST', '/faults/rules', rule);
  const rules = async (): Promise<Rule[]> =>
    (await sandbox.call<{ rules: Rule[] }>('GET', '/faults/rules')).rules;
  const accepted = async () => (await sandbox.call<{ accepted: number }>('GET', '/inbox/stats')).accepted;
  const statusOf = async (to: string, changes: object = {}): Promise<number | string> => {
    const { send } = sandbox;
    return send(mail(to, { ...changes })).then(
      ({ status }) => status,
      () => 'broken off',
    );
  };

  it('break what they fit and nothing else, count, and are spent', async () => {
    const rule = await set({ match: { to: '*+slow@example.com' }, fault: 'rate-limited', times: 2 });
    expect(rule).toEqual({
      id: 'r1',
      match: { to: '*+slow@example.com' },
      fault: 'rate-limited',
      resetSeconds: 1,
      probability: 1,
      times: 2,
      matched: 0,
      hits: 0,
      spent: false,
    });
    expect(await statusOf('ann@example.com')).toBe(202);
    const broken = [1, 2, 3].map(() => 'ann+slow@example.com');
    const statuses = [];
    for (const to of broken) statuses.push(await statusOf(to));
    expect(statuses).toEqual([429, 429, 202]);
    expect(await rules()).toEqual([{ ...rule, matched: 2, hits: 2, spent: true }]);
    expect(await sandbox.call('GET', '/faults/rules/r1')).toMatchObject({ hits: 2 });
    expect(await accepted()).toBe(2);
  });

  it.each<[string, object, number | string, number]>([
    ['server-error', {}, 500, 0],
    ['rate-limited', { resetSeconds: 5 }, 429, 0],
    ['status', { status: 401 }, 401, 0],
    ['timeout-before-accept', { delayMs: 50 }, 'broken off', 0],
    ['timeout-after-accept', { delayMs: 50 }, 'broken off', 1],
    ['reset-before-accept', {}, 'broken off', 0],
    ['reset-after-accept', {}, 'broken off', 1],
    ['slow', { delayMs: 50 }, 202, 1],
  ])('can be %s', async (fault, measures, outcome, taken) => {
    await set({ fault, ...measures });
    expect(await statusOf('ann@example.com')).toBe(outcome);
    expect(await accepted()).toBe(taken);
  });

  it('can answer with anything, as a proxy that fails does', async () => {
    await set({ fault: 'status', status: 502, body: '<html>Bad gateway</html>', times: 1 });
    await set({ fault: 'status', status: 409, body: { mine: [1] } });
    const proxy = await sandbox.send(mail('ann@example.com'));
    expect([proxy.status, proxy.headers.get('content-type'), await proxy.text()]).toEqual([
      502,
      'text/plain; charset=utf-8',
      '<html>Bad gateway</html>',
    ]);
    const other = await sandbox.send(mail('ann@example.com'));
    expect([other.status, await other.json()]).toEqual([409, { mine: [1] }]);
  });

  it('go before the rates', async () => {
    await sandbox.call('PUT', '/faults', { rate500: 1 });
    await set({ match: { customArg: { qflow_send_id: 's1' } }, fault: 'rate-limited' });
    expect(await statusOf('ann@example.com', { custom_args: { qflow_send_id: 's1' } })).toBe(429);
    expect(await statusOf('ann@example.com', { custom_args: { qflow_send_id: 's2' } })).toBe(500);
  });

  it('strike before the mail is looked at, so a broken one meets them too', async () => {
    await set({ match: { subject: 'Your*' }, fault: 'status', status: 503, times: 1 });
    expect(await statusOf('nobody', { from: 5 })).toBe(503);
    expect(await statusOf('nobody', { from: 5 })).toBe(400);
  });

  it('can be deleted, one or all, with DELETE /faults too', async () => {
    for (let count = 0; count < 3; count += 1) await set({ fault: 'server-error' });
    expect(await sandbox.call('DELETE', '/faults/rules/r1')).toBeUndefined();
    expect((await rules()).map(({ id }) => id)).toEqual(['r2', 'r3']);
    expect(await sandbox.call('DELETE', '/faults/rules/r1')).toMatchObject({ status: 404 });
    await sandbox.call('DELETE', '/faults/rules');
    expect(await rules()).toEqual([]);
    await set({ fault: 'server-error' });
    await sandbox.call('DELETE', '/faults');
    expect(await rules()).toEqual([]);
    expect(await statusOf('ann@example.com')).toBe(202);
  });

  it('that make no sense are refused by field, and nothing is set', async () => {
    expect(await set({ fault: 'slow', delayMs: -1, match: { to: 5, form: 'x' }, times: 0 })).toMatchObject({
      status: 400,
      errors: [{ path: 'times' }, { path: 'match.to' }, { path: 'match.form' }, { path: 'delayMs' }],
    });
    expect(await rules()).toEqual([]);
  });

  it('are at most a hundred', async () => {
    for (let count = 0; count < 100; count += 1) await set({ fault: 'server-error', match: { to: 'x' } });
    expect(await set({ fault: 'server-error' })).toMatchObject({
      status: 409,
      detail: 'There are 100 rules already. Delete those that you are done with.',
    });
  });

  it('hit the same calls with the same seed', async () => {
    const sequence = async (): Promise<(number | string)[]> => {
      await sandbox.call('POST', '/reset');
      await set({ fault: 'server-error', probability: 0.5 });
      await sandbox.call('PUT', '/faults', { rate429: 0.5, shuffleEvents: 1, seed: 11 });
      const statuses = [];
      for (let count = 0; count < 20; count += 1) statuses.push(await statusOf('ann@example.com'));
      return statuses;
    };
    const first = await sequence();
    expect(new Set(first)).toEqual(new Set([202, 429, 500]));
    expect(await sequence()).toEqual(first);
  });
});
