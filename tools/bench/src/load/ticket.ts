import type { Integrator, Scene } from './integrator.js';

const tokens = [
  ...['firstname', 'lastname', 'fullname', 'email', 'barcode', 'barcode_qr', 'plusones', 'guestnotes'],
  ...['event', 'date', 'starttime', 'endtime', 'rsvplink_yes', 'rsvplink_no', 'unsubscribe_link'],
];

const bytes = 5 * 1_024;

const links: Readonly<Record<string, string>> = {
  barcode_qr: '<img src="{{barcode_qr}}" alt="Your ticket" width="200" height="200">',
  rsvplink_yes: '<a href="{{rsvplink_yes}}">I will be there</a>',
  rsvplink_no: '<a href="{{rsvplink_no}}">I cannot come</a>',
  unsubscribe_link: '<a href="{{unsubscribe_link}}">No more e-mails</a>',
};

const cell = (token: string): string => links[token] ?? `${token}: {{${token}}}`;

/** targets.md: a template of 5 KB with 15 tokens, laid out as such e-mails are. */
function html(): string {
  const rows = tokens.map((token) => `<tr><td style="padding:8px 16px;">${cell(token)}</td></tr>`);
  const page = (filling: string): string =>
    `<!doctype html><html><body style="margin:0;"><table role="presentation" width="600">${rows.join('\n')}` +
    `<tr><td style="padding:16px;">${filling}</td></tr></table></body></html>`;
  const sentence = 'Doors open half an hour early; please have this ticket ready on your phone. ';
  const missing = bytes - page('').length;
  return page(sentence.repeat(Math.ceil(missing / sentence.length)).slice(0, missing));
}

export const ticketScene: Scene = {
  template: { subject: 'Your ticket for {{event}}, {{firstname}}', html: html() },
  webhook: true,
};

/** What a guest's body says besides who it is. */
export interface GuestDetails {
  readonly correlationId?: string;
  /** Whether an e-mail is asked for; it is unless told otherwise. */
  readonly mail?: boolean;
}

/** The body of `POST /api/guest`, and an item of a bulk call, as a ticket shop sends it: about 500 bytes. */
export function guestBody(
  { pair: { eventId, commsTemplateId } }: Pick<Integrator, 'pair'>,
  id: string,
  email: string,
  { mail = true, correlationId = 'order-2041' }: GuestDetails = {},
): string {
  return JSON.stringify({
    ...{ id, email, firstName: 'Ada', lastName: 'Lovelace', plusOnes: 1, eventId, correlationId },
    ...(mail && { commsTemplateId }),
    additionalInfo: 'Vegetarian. Arrives by train from Cambridge.',
    tags: 'Main stage;Workshop A',
    customFields: { seat: 'A12', table: '7' },
  });
}
