import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mail, startSandbox, type TestSandbox } from './start-sandbox.js';

interface PostedEvent {
  event: string;
  sg_event_id: string;
  [field: string]: unknown;
}

describe('faults', () => {
  let sandbox: TestSandbox;
  const accepted = async () => (await sandbox.call<{ accepted: number }>('GET', '/inbox/stats')).accepted;
  const events = () =>
    sandbox.webhook.requests.flatMap((post) => JSON.parse(post.body.toString()) as PostedEvent[]);

  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(() => sandbox.close());

  it('are none until somebody switches them on, and none again afterwards', async () => {
    const none = await sandbox.call<Record<string, number>>('GET', '/faults');
    expect(none).toEqual({
      rate429: 0,
      rate500: 0,
      rateReset: 0,
      rateResetAfterAccept: 0,
      rateTimeoutBeforeAccept: 0,
      rateTimeoutAfterAccept: 0,
      rateSlow: 0,
      duplicateEvents: 0,
      shuffleEvents: 0,
      delayEvents: 0,
      lateBounces: 0,
      resetSeconds: 1,
      slowMs: 2000,
      delayEventsMs: 2000,
      lateBounceMinutes: 5,
      seed: 1,
    });
    expect(await sandbox.call('PUT', '/faults', { rate500: 0.5, slowMs: 7, seed: 7 })).toEqual({
      ...none,
      rate500: 0.5,
      slowMs: 7,
      seed: 7,
    });
    await sandbox.call('DELETE', '/faults');
    expect(await sandbox.call('GET', '/faults')).toEqual({ ...none, seed: 7 });
  });

  it('that make no sense are refused by name, and change nothing', async () => {
    await sandbox.call('PUT', '/faults', { rate500: 0.5 });
    expect(await sandbox.call('PUT', '/faults', { rate429: 2, rate418: 1 })).toMatchObject({
      status: 400,
      errors: [{ path: 'rate429' }, { path: 'rate418' }],
    });
    expect(await sandbox.call('GET', '/faults')).toMatchObject({ rate429: 0, rate500: 0.5 });
  });

  it('429 comes with the time to come back', async () => {
    await sandbox.call('PUT', '/faults', { rate429: 1 });
    const answer = await sandbox.send(mail('ann@example.com'));
    expect([answer.status, answer.headers.get('x-ratelimit-remaining')]).toEqual([429, '0']);
    expect(Number(answer.headers.get('x-ratelimit-reset'))).toBeGreaterThan(1_700_000_000);
    expect(await answer.json()).toEqual({
      errors: [{ message: 'too many requests', field: null, help: null }],
    });
    expect(await accepted()).toBe(0);
  });

  it('429 comes with a time as far away as it was set', async () => {
    await sandbox.call('PUT', '/faults', { rate429: 1, resetSeconds: 600 });
    const answer = await sandbox.send(mail('ann@example.com'));
    expect(Number(answer.headers.get('x-ratelimit-reset')) - Date.now() / 1000).toBeGreaterThan(500);
  });

  it('500 accepts nothing', async () => {
    await sandbox.call('PUT', '/faults', { rate500: 1 });
    const answer = await sandbox.send(mail('ann@example.com'));
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ errors: [{ field: null }] });
    expect(await accepted()).toBe(0);
  });

  it('a reset breaks the connection and accepts nothing', async () => {
    await sandbox.call('PUT', '/faults', { rateReset: 1 });
    await expect(sandbox.send(mail('ann@example.com'))).rejects.toThrow('fetch failed');
    expect(await accepted()).toBe(0);
  });

  it('a time-out after accepting delivers the mail and its events, and never answers', async () => {
    await sandbox.call('PUT', '/faults', { rateTimeoutAfterAccept: 1 });
    const caller = new AbortController();
    const call = sandbox.send(mail('ann@example.com'), { signal: caller.signal }).then(
      () => 'answered',
      () => 'gave up',
    );
    await sandbox.webhook.next();
    expect(await accepted()).toBe(1);
    caller.abort();
    expect(await call).toBe('gave up');
  });

  it('a reset after accepting delivers the mail and its events, and breaks the connection', async () => {
    await sandbox.call('PUT', '/faults', { rateResetAfterAccept: 1 });
    await expect(sandbox.send(mail('ann@example.com'))).rejects.toThrow('fetch failed');
    expect(await accepted()).toBe(1);
    await sandbox.webhook.next();
  });

  it('a time-out before accepting accepts nothing, and never answers', async () => {
    await sandbox.call('PUT', '/faults', { rateTimeoutBeforeAccept: 1 });
    const sending = sandbox.send(mail('ann@example.com'), { signal: AbortSignal.timeout(300) });
    await expect(sending).rejects.toThrow(/aborted/);
    expect(await accepted()).toBe(0);
  });

  it('a slow answer is an answer, of a mail that was accepted at once', async () => {
    await sandbox.call('PUT', '/faults', { rateSlow: 1, slowMs: 120_000 });
    const caller = new AbortController();
    const call = sandbox.send(mail('ann@example.com'), { signal: caller.signal }).catch(() => 'gave up');
    await sandbox.webhook.next();
    expect(await accepted()).toBe(1);
    caller.abort();
    expect(await call).toBe('gave up');

    await sandbox.call('PUT', '/faults', { rateSlow: 1, slowMs: 20 });
    expect((await sandbox.send(mail('ann@example.com'))).status).toBe(202);
    expect((await sandbox.send(mail('nobody'))).status).toBe(400);
    expect(await accepted()).toBe(2);
  });

  it('a mail that makes no sense is refused, and not kept from its caller', async () => {
    await sandbox.call('PUT', '/faults', { rateTimeoutAfterAccept: 1 });
    expect((await sandbox.send(mail('nobody'))).status).toBe(400);
  });

  it('a late bounce happens to what was delivered, without saying to which message', async () => {
    await sandbox.call('PUT', '/faults', { lateBounces: 1, lateBounceMinutes: 0.001 });
    await sandbox.send(mail('ann@example.com', { custom_args: { qflow_send_id: 's1' } }));
    await sandbox.send(mail('dropped@sandbox.test'));
    await sandbox.webhook.until(() => events().length >= 4);
    const [bounce, ...others] = events().filter(({ event }) => event === 'bounce');
    expect(others).toEqual([]);
    expect(bounce).toMatchObject({ type: 'bounce', email: 'ann@example.com', qflow_send_id: 's1' });
    expect(bounce).not.toHaveProperty('sg_message_id');
    expect(bounce).not.toHaveProperty('ip');
    expect(await sandbox.call('GET', '/inbox/messages?event=bounce')).toMatchObject({
      messages: [{ to: 'ann@example.com', events: ['processed', 'delivered', 'bounce'] }],
    });
  });

  it('a late bounce is told from one by hand, and shown as it was posted', async () => {
    await sandbox.call('PUT', '/faults', { lateBounces: 1, lateBounceMinutes: 0.01 });
    const answer = await sandbox.send(mail('ann@example.com'));
    const id = `${answer.headers.get('x-message-id')}.0`;
    await sandbox.call('POST', `/inbox/messages/${id}/events`, { event: 'bounce' });
    await sandbox.webhook.until(() => events().length >= 4);
    await sandbox.call('POST', `/inbox/messages/${id}/events`, { event: 'bounce' });
    await sandbox.webhook.until(() => events().length >= 5);
    const ids = events().map((event) => event.sg_event_id);
    expect(new Set(ids).size).toBe(5);
    const page = await (await fetch(`${sandbox.url}/inbox/view/${id}?tab=events`)).text();
    for (const eventId of ids) expect(page).toContain(eventId);
  });

  it('a late bounce that is yet to happen is counted, and shown nowhere else', async () => {
    await sandbox.call('PUT', '/faults', { lateBounces: 1 });
    await sandbox.send(mail('ann@example.com'));
    expect(await sandbox.call('GET', '/inbox/stats')).toMatchObject({ events: { later: 1 } });
    expect(await sandbox.call('GET', '/inbox/messages')).toMatchObject({
      messages: [{ events: ['processed', 'delivered'] }],
    });
  });

  it('events that are held back are overtaken, and come all the same', async () => {
    await sandbox.call('PUT', '/faults', { delayEvents: 0.5, delayEventsMs: 50, seed: 5 });
    for (let count = 0; count < 20; count += 1) await sandbox.send(mail('ann@example.com'));
    await sandbox.webhook.until(() => events().length === 40);
    const firstOf = new Map<unknown, string>();
    for (const { event, sg_message_id: id } of events()) if (!firstOf.has(id)) firstOf.set(id, event);
    expect([...firstOf.values()]).toContain('delivered');
    expect(new Set(events().map((event) => event.sg_event_id)).size).toBe(40);
  });

  it('a caller that waits for ever does not keep the sandbox from stopping', async () => {
    const other = await startSandbox();
    await other.call('PUT', '/faults', { rateTimeoutAfterAccept: 1 });
    const call = other.send(mail('ann@example.com')).catch(() => 'broken off');
    await other.webhook.next();
    await other.close();
    expect(await call).toBe('broken off');
  });

  it('duplicates of an event share its id', async () => {
    await sandbox.call('PUT', '/faults', { duplicateEvents: 1 });
    await sandbox.send(mail('ann@example.com'));
    await sandbox.webhook.until(() => events().length === 4);
    expect(
      events()
        .map((event) => event.event)
        .sort(),
    ).toEqual(['delivered', 'delivered', 'processed', 'processed']);
    expect(new Set(events().map((event) => event.sg_event_id)).size).toBe(2);
  });

  it('shuffled events are all there', async () => {
    await sandbox.call('PUT', '/faults', { shuffleEvents: 1, seed: 3 });
    for (let count = 0; count < 5; count += 1) await sandbox.send(mail('deferred@sandbox.test'));
    await sandbox.webhook.until(() => events().length === 20);
    const expected = ['processed', 'deferred', 'deferred', 'delivered'];
    expect(
      events()
        .map((event) => event.event)
        .sort(),
    ).toEqual(Array(5).fill(expected).flat().sort());
  });
});
