import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@qflow/testing';
import { mail, startSandbox, type TestSandbox } from './start-sandbox.js';

describe('POST /reset', () => {
  let sandbox: TestSandbox;

  beforeEach(async () => {
    sandbox = await startSandbox({ SANDBOX_FAULT_SEED: '42' });
  });
  afterEach(() => sandbox.close());

  const show = async (): Promise<object> => ({
    stats: await sandbox.call('GET', '/inbox/stats'),
    faults: await sandbox.call('GET', '/faults'),
    rules: await sandbox.call('GET', '/faults/rules'),
    domains: await sandbox.call('GET', '/domains'),
    events: await sandbox.call('GET', '/events'),
  });

  it('makes everything what it was at the start', async () => {
    const before = await show();
    await sandbox.send(mail('ann@example.com', { custom_args: { qflow_send_id: 's1' } }));
    await sandbox.send(mail('ann@example.com', { custom_args: { qflow_send_id: 's1' } }));
    await sandbox.api('POST', '/whitelabel/domains', { domain: 'conf.example', automatic_security: true });
    await sandbox.call('PUT', '/faults', { lateBounces: 1, delayEvents: 1, seed: 7 });
    await sandbox.call('POST', '/faults/rules', { fault: 'server-error', match: { to: 'x@y.z' } });
    await sandbox.call('POST', '/events', { event: 'account_status_change' });
    await sandbox.send(mail('ben@example.com'));
    expect(await show()).not.toEqual(before);
    const answer = await fetch(`${sandbox.url}/reset`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(await show()).toEqual(before);
    expect(await sandbox.call('GET', '/inbox/messages')).toEqual({ messages: [], next: null });
  });

  it('drops the events that the webhook has not taken', async () => {
    sandbox.webhook.answer((_, response) => void response.writeHead(500).end());
    await sandbox.send(mail('ann@example.com', { custom_args: { test: 'first' } }));
    await sandbox.webhook.next();
    await sandbox.call('POST', '/reset');
    sandbox.webhook.answer((_, response) => void response.writeHead(200).end());
    const refused = sandbox.webhook.requests.length;
    await sandbox.send(mail('ann@example.com', { custom_args: { test: 'second' } }));
    await sandbox.webhook.until((posts) => posts.length > refused);
    for (const { body } of sandbox.webhook.requests.slice(refused)) {
      expect(body.toString()).toContain('"test":"second"');
      expect(body.toString()).not.toContain('"test":"first"');
    }
  });

  it('waits for the posts under way, so that the next test hears nothing of this one', async () => {
    let answerPost = (): void => undefined;
    sandbox.webhook.answer((_, response) => {
      answerPost = () => void response.writeHead(500).end();
    });
    await sandbox.send(mail('ann@example.com'));
    await sandbox.webhook.next();
    let isReset = false;
    const reset = sandbox.call('POST', '/reset').then(() => (isReset = true));
    expect(await sandbox.call('GET', '/inbox/messages')).toEqual({ messages: [], next: null });
    expect(isReset).toBe(false);
    answerPost();
    await reset;
    expect(sandbox.webhook.requests).toHaveLength(1);
  });

  it('lets those go who wait for an answer that never comes', async () => {
    await sandbox.call('POST', '/faults/rules', { fault: 'timeout-before-accept' });
    const call = sandbox.send(mail('ann@example.com')).then(
      () => 'answered',
      () => 'broken off',
    );
    await eventually(async () => {
      const { hits } = await sandbox.call<{ hits: number }>('GET', '/faults/rules/r1');
      return hits === 1;
    });
    await sandbox.call('POST', '/reset');
    expect(await call).toBe('broken off');
  });
});
