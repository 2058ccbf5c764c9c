import type { Heard } from '../../receiver/hearing.js';
import type { Taken } from '../../load/sandbox.js';
import type { StoredSend } from '../../load/sender-tables.js';

/** Three accounts of the same e-mails, and what was promised. */
export interface Evidence {
  /** Sends that were answered with 200. */
  readonly accepted: ReadonlySet<string>;
  /** By send: what the provider has taken. */
  readonly taken: ReadonlyMap<string, readonly Taken[]>;
  readonly stored: ReadonlyMap<string, StoredSend>;
  /** By send and event type: how many different webhooks came. */
  readonly heard: Heard;
}

export interface Verdict {
  /** Accepted sends whose e-mail the provider has, and of whom every event was told. */
  readonly whole: number;
  /** Accepted sends that nobody was mailed about, or that never came to an end. */
  readonly lost: readonly string[];
  /** E-mails beyond the first of their send that follow an attempt with an unknown outcome, as documented. */
  readonly documentedRepeats: number;
  /** Sends with more e-mails than their unknown attempts explain. */
  readonly doubled: readonly string[];
  /** Webhooks that did not come, or came under more than one id: `send type: expected, heard`. */
  readonly mistold: readonly string[];
}

/** What integrators hear of each of the provider's events (webhooks page); `processed` is told as `comms.sent`. */
const types: Readonly<Record<string, string>> = {
  deferred: 'comms.deferred',
  delivered: 'comms.delivered',
  bounce: 'comms.bounced',
  blocked: 'comms.failed',
  dropped: 'comms.dropped',
  open: 'comms.opened',
  click: 'comms.clicked',
  spamreport: 'comms.spam_reported',
};

const underWay = ['queued', 'sending', 'unknown'];

/** Holds the accounts against each other (targets.md, invariants 1 to 4). */
export function judge({ accepted, taken, stored, heard }: Evidence): Verdict {
  const lost: string[] = [];
  const doubled: string[] = [];
  const mistold: string[] = [];
  let [whole, documentedRepeats] = [0, 0];
  for (const sendId of accepted) {
    const mails = taken.get(sendId) ?? [];
    const send = stored.get(sendId);
    if (!send || underWay.includes(send.state) || mails.length === 0) {
      lost.push(`${sendId} (${send?.state ?? 'no row'}, ${mails.length} e-mails)`);
      continue;
    }
    const unknown = send.outcomes.filter((outcome) => outcome === 'unknown').length;
    const extra = mails.length - 1;
    if (extra > unknown) doubled.push(`${sendId} (${mails.length} e-mails, ${unknown} unknown attempts)`);
    else documentedRepeats += extra;
    const wrong = differences(sendId, mails, heard.get(sendId) ?? new Map<string, number>());
    mistold.push(...wrong);
    if (wrong.length === 0) whole += 1;
  }
  return { whole, lost, documentedRepeats, doubled, mistold };
}

function differences(sendId: string, mails: readonly Taken[], heard: ReadonlyMap<string, number>): string[] {
  const expected = expectedOf(mails);
  const all = new Set([...expected.keys(), ...heard.keys()]);
  return [...all]
    .filter((type) => !type.startsWith('contact.') && (expected.get(type) ?? 0) !== (heard.get(type) ?? 0))
    .map((type) => `${sendId} ${type}: expected ${expected.get(type) ?? 0}, heard ${heard.get(type) ?? 0}`);
}

/** `comms.sent` once, however many e-mails it took; every other event of each of them once. */
function expectedOf(mails: readonly Taken[]): Map<string, number> {
  const expected = new Map([['comms.sent', 1]]);
  for (const event of mails.flat()) {
    const type = types[event];
    if (type !== undefined) expected.set(type, (expected.get(type) ?? 0) + 1);
  }
  return expected;
}
