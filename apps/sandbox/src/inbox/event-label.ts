import type { HistoryEntry } from './inbox-message.js';

/**
 * What people call an event: its own name, except that a `bounce` of type `blocked`, which is temporary, is
 * `blocked`.
 */
export function eventLabel({ event, details }: Pick<HistoryEntry, 'event' | 'details'>): string {
  return event === 'bounce' && details['type'] === 'blocked' ? 'blocked' : event;
}
