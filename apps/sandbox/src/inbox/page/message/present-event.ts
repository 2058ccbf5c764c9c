import type { PostingRecord } from '../../../event-webhook/queued-event.js';
import { providerEvent } from '../../../lives/provider-event.js';
import { copyOf } from '../../../triggers/triggers.js';
import { eventLabel } from '../../event-label.js';
import type { InboxMessage, MessageDetail } from '../../inbox-message.js';
import { clock } from '../clock.js';
import { toneOf } from '../tones.js';

/** An event as a row of a message's history. */
export interface HistoryRow {
  label: string;
  tone: string;
  when: string;
  posting: string;
  postingTone: string;
  /** The words that matter most to people: why, or where to. */
  gist: string;
  /** As it is posted to the event webhook. */
  json: string;
}

/** @param detail null when it was given up; the JSON then lacks what was in it, such as categories */
export function presentHistory(message: InboxMessage, detail: MessageDetail | null): HistoryRow[] {
  const { history } = message;
  const copy = copyOf(message, detail?.categories ?? [], detail?.asmGroupId ?? undefined);
  return history.map((entry) => {
    const label = eventLabel(entry);
    return {
      label,
      tone: toneOf(label),
      when: clockOf(entry.timestamp),
      ...postingInWords(entry),
      gist: gistOf(entry.details),
      json: JSON.stringify(providerEvent(copy, entry, entry.place, entry.timestamp), null, 2),
    };
  });
}

/** A time that somebody gave by hand may be beyond what dates can say. */
function clockOf(timestamp: number): string {
  const at = new Date(timestamp * 1000);
  return Number.isNaN(at.getTime()) ? String(timestamp) : clock(at);
}

function gistOf(details: Readonly<Record<string, unknown>>): string {
  const gist = details['reason'] ?? details['response'] ?? details['url'];
  return typeof gist === 'string' ? gist : '';
}

function postingInWords({ state, attempts }: PostingRecord): { posting: string; postingTone: string } {
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  switch (state) {
    case 'off':
      return { posting: 'not posted: no webhook', postingTone: 'soft' };
    case 'queued':
      return { posting: attempts === 0 ? 'waiting' : `waiting, ${tries} so far`, postingTone: 'wait' };
    case 'posted':
      return { posting: attempts === 1 ? 'posted' : `posted, ${tries}`, postingTone: 'good' };
    case 'failed':
      return { posting: `given up, ${tries}`, postingTone: 'bad' };
  }
}
