import { readTrigger, type TriggerRequest } from '../../../triggers/read-trigger.js';

/** The events that the page has a button for, by their labels. */
export const buttons: readonly { event: string; label: string }[] = [
  { event: 'delivered', label: 'Delivered' },
  { event: 'open', label: 'Open' },
  { event: 'deferred', label: 'Deferred' },
  { event: 'bounce', label: 'Bounce' },
  { event: 'blocked', label: 'Blocked' },
  { event: 'dropped', label: 'Dropped' },
  { event: 'spamreport', label: 'Spam report' },
  { event: 'unsubscribe', label: 'Unsubscribe' },
  { event: 'group_unsubscribe', label: 'Group unsubscribe' },
  { event: 'group_resubscribe', label: 'Group resubscribe' },
];

/**
 * Reads the form with the {@link buttons}: `event`, and the `url` of a click.
 *
 * @throws InvalidRequest when there is no such event
 */
export function readTriggerForm({ event, url }: Record<string, unknown>): TriggerRequest {
  if (event === 'blocked') return readTrigger({ event: 'bounce', type: 'blocked' });
  return readTrigger(event === 'click' && url !== '' ? { event, url } : { event });
}
