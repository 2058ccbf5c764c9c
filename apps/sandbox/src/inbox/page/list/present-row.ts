import { eventLabel } from '../../event-label.js';
import type { InboxMessage } from '../../inbox-message.js';
import { clock, shortClock } from '../clock.js';
import { addressOf, type ListView } from '../list-view.js';
import { toneOf } from '../tones.js';

/** A message as a row of the list. */
export interface Row {
  id: string;
  href: string;
  to: string;
  /** The sender's name, or the address of one without. */
  from: string;
  subject: string;
  lastEvent: string;
  tone: string;
  iso: string;
  when: string;
  time: string;
}

/** @param view the list in which the row stands, and to which the message's page leads back */
export function presentRow(message: InboxMessage, view: ListView): Row {
  const { id, to, from, subject, history, receivedAt } = message;
  const last = history.at(-1);
  const lastEvent = last ? eventLabel(last) : 'accepted';
  const at = new Date(receivedAt);
  return {
    id,
    href: addressOf(`/inbox/view/${id}`, { ...view }),
    to,
    from: from.name ?? from.email,
    subject,
    lastEvent,
    tone: toneOf(lastEvent),
    iso: at.toISOString(),
    when: clock(at),
    time: shortClock(at),
  };
}
