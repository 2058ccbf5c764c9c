import type { MessageQuery } from '../../message-query.js';
import type { ListView } from '../list-view.js';

/** `name=value`, a custom argument. An address or a subject hardly ever looks like that. */
const ARGUMENT = /^([\w.-]{1,100})=(\S+)$/;

/**
 * What a search on the page means: `name=value` is a custom argument with exactly this value; anything else is a
 * part of the recipient, the sender, the subject or a custom argument's value.
 */
export function searchOf({ q, state }: Pick<ListView, 'q' | 'state'>): MessageQuery {
  const query: MessageQuery = { customArgs: {} };
  if (state !== '') query.label = state;
  const [, name, value] = ARGUMENT.exec(q) ?? [];
  if (name !== undefined && value !== undefined) query.customArgs[name] = value;
  else if (q !== '') query.q = q;
  return query;
}
