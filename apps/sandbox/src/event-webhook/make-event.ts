import type { HistoryEntry } from '../inbox/inbox-message.js';
import type { LifeStep } from '../lives/life.js';
import { type Copy, type LifePlace, providerEvent } from '../lives/provider-event.js';
import type { PostingState, QueuedEvent } from './queued-event.js';

/** When and where in its copy's life an event stands, and how its posting starts out. */
export interface EventStart {
  place: LifePlace;
  /** Unix seconds. */
  at: number;
  posting: PostingState;
}

/** Something that has happened to a copy, as the event webhook will be posted it; its record goes into the history. */
export function makeEvent(
  copy: Copy,
  step: LifeStep,
  { place, at, posting }: EventStart,
): QueuedEvent & { record: HistoryEntry } {
  const { event, details } = step;
  const record: HistoryEntry = { event, place, details, timestamp: at, state: posting, attempts: 0 };
  const json = JSON.stringify(providerEvent(copy, step, place, at));
  return { json, bytes: Buffer.byteLength(json), record };
}
