import type { MergeData } from '../merge-data.js';
import { multiLineText, singleLineText } from './clean-text.js';
import { formatDate, formatTime } from './event-time.js';
import { sortGuestTags, type GuestTags } from './guest-tags.js';
import { TextLines } from './text-lines.js';

/** What a token stands for. The empty text is "no value"; a number is never that. */
export type TokenValue = string | number | TextLines;

/** A merge token: those of the integrator guide, and `unsubscribe_link`. */
export interface MergeToken {
  /** As the guide writes it: `firstname`, `V_1`. */
  readonly name: string;
  readonly valueOf: (data: MergeData) => TokenValue;
}

function lines(data: MergeData, group: keyof GuestTags): TokenValue {
  const sorted = sortGuestTags(data.guest.tags)[group];
  return sorted.length === 0 ? '' : new TextLines(sorted);
}

function fullName({ guest }: MergeData): string {
  return [guest.firstName, guest.lastName].map(singleLineText).filter(Boolean).join(' ');
}

/** The table of the integrator guide, "Templates", and at its end what it does not have: the link to unsubscribe. */
const TOKENS: Readonly<Record<string, (data: MergeData) => TokenValue>> = {
  firstname: (data) => singleLineText(data.guest.firstName),
  lastname: (data) => singleLineText(data.guest.lastName),
  fullname: fullName,
  othernames: (data) => singleLineText(data.guest.otherNames),
  email: (data) => singleLineText(data.guest.email),
  barcode: (data) => singleLineText(data.guest.barcode),
  barcode_qr: (data) => singleLineText(data.links.barcodeQrUrl),
  plusones: (data) => data.guest.plusOnes ?? 0,
  guestnotes: (data) => multiLineText(data.guest.additionalInfo),
  tags: (data) => lines(data, 'tags'),
  tickets: (data) => lines(data, 'tickets'),
  sessions: (data) => lines(data, 'sessions'),
  event: (data) => singleLineText(data.event.title),
  date: (data) => formatDate(data.event.startTime),
  starttime: (data) => formatTime(data.event.startTime),
  endtime: (data) => formatTime(data.event.endTime),
  companyname: (data) => singleLineText(data.event.companyName),
  rsvplink_yes: (data) => singleLineText(data.links.rsvpYesUrl),
  rsvplink_no: (data) => singleLineText(data.links.rsvpNoUrl),
  // No value where the e-mail was asked for before there was such a link.
  unsubscribe_link: (data) => singleLineText(data.links.unsubscribeUrl),
};

/** Every token but the custom fields `V_1`, `V_2`, …, in the order of the guide. */
export const MERGE_TOKENS: readonly string[] = Object.keys(TOKENS);

const CUSTOM_FIELD = /^v_([\w-]+)$/i;

function customField(key: string): MergeToken {
  const valueOf = ({ guest }: MergeData): string => {
    const fields = guest.customFields ?? {};
    return Object.hasOwn(fields, key) ? multiLineText(fields[key]) : '';
  };
  return { name: `V_${key}`, valueOf };
}

/**
 * The token that a template calls `name`, in any letter case: people write `{{FirstName}}`. The key of a custom
 * field keeps its case. `undefined` for a name that is none of them.
 */
export function findMergeToken(name: string): MergeToken | undefined {
  const key = name.toLowerCase();
  if (Object.hasOwn(TOKENS, key)) return { name: key, valueOf: TOKENS[key]! };
  const match = CUSTOM_FIELD.exec(name);
  return match ? customField(match[1]!) : undefined;
}
