import type { Subscription } from '@nats-io/transport-node';

/** What is on its way arrives within this, ms. From a server that says nothing for so long, nothing will. */
const patienceMs = 2_000;

/**
 * Ends subscriptions once what is on its way to them has arrived. A server that is frozen or cut off is not waited for:
 * it is found to be lost only after half a minute, and no service may take so long to stop.
 */
export async function drained(subscriptions: readonly Subscription[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
  const drains = subscriptions.map((subscription) => subscription.drain().catch(() => {}));
  await Promise.race([Promise.all(drains), patience]);
  clearTimeout(timer);
}
