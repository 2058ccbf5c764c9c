import type { SendVerdict } from '../load/judge-sends.js';
import type { SendLoad } from '../load/send-load.js';
import type { Counts } from '../receiver/protocol.js';
import type { SendsMeasured } from './with-sends.js';

const examples = 3;

/** What arrived and was not right. */
export const wrongOfSends = ({ verdict, mailedTwice }: SendsMeasured, { changed, refused }: Counts): number =>
  verdict.doubled.length + mailedTwice + changed + refused;

/** What was promised and did not come, or is not in the log. */
export const lostOfSends = ({ verdict, unlogged }: SendsMeasured): number => verdict.lost.length + unlogged;

/** What was not right, with examples; nothing when all was. */
export function complaintsOfSends(
  load: SendLoad,
  { lost, doubled }: SendVerdict,
  { changed, refused, reasons }: Counts,
  { mailedTwice = 0, unlogged = 0 }: Partial<SendsMeasured> = {},
): string[] {
  const some = (what: string, items: readonly string[]): string[] =>
    items.length === 0
      ? []
      : [`${what} ${items.length}, for instance: ${items.slice(0, examples).join('; ')}`];
  return [
    ...(load.refused > 0 ? [`NOT ACCEPTED: ${load.refusals().join('; ')}`] : []),
    ...some('LOST', lost),
    ...(unlogged > 0 ? [`LOST from the log: ${unlogged} webhooks`] : []),
    ...some('TOLD TWICE', doubled),
    ...(mailedTwice > 0 ? [`MAILED TWICE: ${mailedTwice}`] : []),
    ...(refused > 0 ? [`REFUSED by the receiver: ${refused}, for instance: ${reasons.join('; ')}`] : []),
    ...(changed > 0 ? [`CHANGED under the same id: ${changed}`] : []),
  ];
}
