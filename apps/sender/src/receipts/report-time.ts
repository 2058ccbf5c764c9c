import type { ProviderEventType } from '@qflow/contracts';

/** Reports that reach us within this are told by our own clock. */
const promptMs = 2_000;

/**
 * When a reported event happened. SendGrid's clock has whole seconds, rounded down, which puts a prompt report before
 * the request it is about; for those our own clock is the better one. A late report keeps the provider's time.
 */
export const happenedAt = (occurredAt: Date, receivedAt: Date): Date => {
  const age = receivedAt.getTime() - occurredAt.getTime();
  return age >= 0 && age < promptMs ? receivedAt : occurredAt;
};

const usual: ProviderEventType[] = ['processed', 'deferred', 'delivered', 'opened', 'clicked'];

/** The place of a report among those of the same moment: their usual order, then everything else. */
export const usualOrder = (type: ProviderEventType): number => {
  const place = usual.indexOf(type);
  return place === -1 ? usual.length : place;
};
