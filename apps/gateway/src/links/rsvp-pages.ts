import { markup } from './html.js';
import { page } from './page.js';
import type { RsvpLink } from './rsvp-token.js';

/** The guest and the event of an RSVP link. */
export interface Invitation {
  /** Empty where the guest has no name. */
  firstName: string;
  title: string;
  /** On the clock of the event's zone, `YYYY-MM-DDTHH:mm:ss`. */
  startTime: string;
  timeZoneId: string;
  rsvp: 'yes' | 'no' | null;
}

const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'full',
  timeStyle: 'short',
  // The stored time is already the local one: formatting it as UTC leaves it as it is.
  timeZone: 'UTC',
});

const when = ({ startTime, timeZoneId }: Invitation): string =>
  `${dayAndTime.format(new Date(`${startTime}Z`))} (${timeZoneId})`;

const greeting = ({ firstName }: Invitation): string => (firstName ? `Hello ${firstName},` : 'Hello,');

const buttons = { yes: "Yes, I'll be there", no: "No, I can't come" };
const answers = { yes: 'you will be there', no: 'you cannot come' };

/** Asks for one click. Opening it changes nothing, because mail scanners open every link. */
export const askPage = (invitation: Invitation, answer: RsvpLink['answer']): string =>
  page(
    invitation.title,
    markup`<p>${when(invitation)}</p>
<p>${greeting(invitation)} please confirm your answer.${soFar(invitation)}</p>
<form method="post"><button type="submit">${buttons[answer]}</button></form>`,
  );

const soFar = ({ rsvp }: Invitation): string =>
  rsvp ? ` So far you have answered that ${answers[rsvp]}.` : '';

export const thanksPage = (invitation: Invitation, answer: RsvpLink['answer']): string =>
  page(
    'Thank you',
    markup`<p role="status">Your answer for ${invitation.title} is noted: ${answers[answer]}.</p>
<p>If your plans change, use the other link in your e-mail.</p>`,
  );

export const expiredPage = (): string =>
  page('This link has expired', markup`<p>The event is over, so it takes no more answers.</p>`);

export const unknownPage = (): string =>
  page(
    'This link does not work',
    markup`<p>It may have been cut off on its way. Open it from your e-mail again, or ask the organiser.</p>`,
  );

export const troublePage = (): string =>
  page(
    'Please try again',
    markup`<p>Something went wrong on our side, and your answer is not noted yet.</p>`,
  );
