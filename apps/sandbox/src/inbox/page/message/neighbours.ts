import type { Inbox } from '../../inbox.js';
import type { InboxMessage } from '../../inbox-message.js';
import { searchOf } from '../list/search-of.js';
import type { ListView } from '../list-view.js';

/** A message among the others of its list. */
export interface Neighbours {
  /** Those around it, itself included, newest first. */
  around: InboxMessage[];
  newer: InboxMessage | undefined;
  older: InboxMessage | undefined;
}

/** Beyond so many newer messages a message counts as the first of its list: nobody steps so far back. */
const LOOK_BACK = 1000;
const SHOWN = 50;
const SHOWN_BEFORE = 10;

/** @param view the list that the message was opened from */
export function neighboursOf(inbox: Inbox, message: InboxMessage, view: ListView): Neighbours {
  const query = searchOf(view);
  const newest = inbox.find({ query, limit: LOOK_BACK }).messages;
  const place = newest.indexOf(message);
  const before = place === -1 ? [] : newest.slice(Math.max(0, place - SHOWN_BEFORE), place);
  const after = inbox.find({ query, after: message.id, limit: SHOWN - before.length - 1 }).messages;
  return { around: [...before, message, ...after], newer: before.at(-1), older: after[0] };
}
