import type { EmailAddress } from './mail-request.js';
import type { Problems } from './problems.js';
import { readAddress, replyToWording } from './read-address.js';

const MOST = 1000;

/** Reads `reply_to` or `reply_to_list`; a request may have one of them. */
export function readReplyTo(body: Record<string, unknown>, problems: Problems): EmailAddress[] {
  const { reply_to: single, reply_to_list: list } = body;
  if (single != null && list != null) {
    problems.add('reply_to', 'Use either reply_to or reply_to_list, not both.');
  }
  if (single != null) return [readAddress(single, 'reply_to', replyToWording, problems) ?? []].flat();
  if (list == null) return [];
  if (!Array.isArray(list)) {
    problems.addType('reply_to_list', 'array', list);
    return [];
  }
  if (list.length > MOST) {
    problems.add('reply_to_list', `There is a limit of ${MOST} reply_to emails per request.`);
    return [];
  }
  return list.flatMap((entry, i) => readAddress(entry, `reply_to_list.${i}`, replyToWording, problems) ?? []);
}
