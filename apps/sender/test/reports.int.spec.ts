import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, providerEvent, sendRequest } from '@qflow/testing';
import { SenderHarness } from './sender-harness.js';

let harness: SenderHarness;

beforeAll(async () => {
  harness = await SenderHarness.start();
});
afterAll(() => harness.stop());

const counted = (status: string): Promise<number | undefined> =>
  harness.metric(`qflow_provider_account_status_total{status="${status}"}`);

describe('a change of our account at the provider', () => {
  it('is kept and counted once, and moves no send', async () => {
    const send = await harness.stored({ state: 'sent' });
    const about = (type: unknown) =>
      providerEvent({
        sendId: null,
        attempt: null,
        type: 'account_status',
        raw: { event: 'account_status_change', type },
      });
    const suspended = about('compliance_suspend');
    const odd = about('<b>'.repeat(1_000));
    // Even where it names a send, which SendGrid's never does.
    const named = providerEvent({
      sendId: send.sendId,
      type: 'account_status',
      raw: { type: 'compliance_ban' },
    });
    await harness.report(suspended, odd, named);
    await harness.report(
      suspended,
      providerEvent({ id: randomUUID(), sendId: send.sendId, type: 'delivered' }),
    );
    await harness.state(send, 'delivered');
    // Counted when it is committed, so possibly a moment after what is committed with it shows.
    for (const status of ['compliance_suspend', 'compliance_ban', 'other'])
      await eventually(async () => (await counted(status)) === 1);
    const kept = await harness.query<{ id: string; raw: unknown }>(
      `SELECT id, raw FROM receipts WHERE type = 'account_status' AND send_id IS NULL`,
    );
    expect(kept.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
      [suspended, odd].map(({ id, raw }) => ({ id, raw })).sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
    expect((await harness.events(send.sendId)).map(({ type }) => type)).toEqual([
      'comms.sent',
      'comms.delivered',
    ]);
  });
});

describe('a report from a clock that is ahead', () => {
  it('is told with the time at which it reached us', async () => {
    const send = await harness.stored({ state: 'sent' });
    const before = new Date().toISOString();
    await harness.report(
      providerEvent({ sendId: send.sendId, type: 'bounced', occurredAt: '2999-01-01T00:00:00.000Z' }),
    );
    const [, bounced] = await eventually(async () => {
      const events = await harness.events(send.sendId);
      return events.length === 2 ? events : null;
    });
    const { createdAt } = bounced as { createdAt: string };
    expect(createdAt >= before && createdAt <= new Date().toISOString()).toBe(true);
  });
});

describe('a backlog of reports', () => {
  it('is recorded in parts, all of it, and sends go on meanwhile', async () => {
    const sends = await Promise.all(Array.from({ length: 20 }, () => harness.stored({ state: 'sent' })));
    const before = await harness.metric('qflow_stage_seconds_count{stage="provider_to_report"}');
    await Promise.all(
      sends.map((send) =>
        harness.report(
          ...Array.from({ length: 60 }, () => providerEvent({ sendId: send.sendId, type: 'opened' })),
          providerEvent({ sendId: send.sendId, type: 'delivered' }),
        ),
      ),
    );
    const request = sendRequest();
    await harness.request(request);
    await harness.state(request, 'sent');
    for (const send of sends) await harness.state(send, 'opened');
    await eventually(
      async () =>
        (await harness.metric('qflow_stage_seconds_count{stage="provider_to_report"}')) ===
        (before ?? 0) + 20 * 61,
    );
  });
});
