import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ProviderEventsV1 } from '@qflow/contracts';
import { eventually, TestMessages } from '@qflow/testing';
import { bodyOf, startEvents, type RunningEvents } from './start-events.js';

let events: RunningEvents;
beforeAll(async () => (events = await startEvents()));
afterAll(() => events.stop());

it('refuses posts while NATS is away, and takes their repetitions once it is back', async () => {
  const before = bodyOf([{ event: 'processed', sg_event_id: 'before' }]);
  const during = bodyOf([{ event: 'delivered', sg_event_id: 'during' }]);
  expect((await events.post(before)).status).toBe(204);

  await events.nats.kill();
  const refusal = await events.post(during);
  expect([refusal.status, refusal.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await refusal.json()).toMatchObject({ code: 'unavailable', status: 503 });
  const readiness = await fetch(`${events.url}/health/ready`);
  expect([readiness.status, await readiness.json()]).toMatchObject([503, { status: 'error' }]);

  await events.nats.restart();
  await eventually(async () => (await events.post(during)).status === 204);
  const fresh = await TestMessages.connect(events.nats.url);
  const messages = await fresh.inStream<ProviderEventsV1>('PROVIDER');
  await fresh.close();
  expect(messages.flatMap((message) => message.events.map(({ id }) => id))).toEqual(['before', 'during']);
});
