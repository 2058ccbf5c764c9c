import { whenOf, type EventTimes } from './event-times.js';
import { Html, markup } from './html.js';
import { page } from './page.js';
import type { RsvpAnswer } from './rsvp-token.js';

/** The guest and the event of an RSVP link. */
export interface Invitation extends EventTimes {
  /** Empty where the guest has no name. */
  guestName: string;
  title: string;
  companyName: string | null;
  timeZoneId: string;
  rsvp: RsvpAnswer | null;
}

/** Where the form of each answer posts to, as seen from the page. */
export type AnswerTargets = Record<RsvpAnswer, string>;

const buttons = { yes: "Yes, I'll be there", no: "No, I can't come" };
const answers = { yes: 'you will be there', no: 'you cannot come' };
const otherOf = { yes: 'no', no: 'yes' } as const;
const nothing = new Html('');

/**
 * Asks for one click, or shows the answer and how to change it. Opening it changes nothing, because mail scanners
 * open every link.
 * @param answer the one of the link that was opened
 */
export const rsvpPage = (invitation: Invitation, answer: RsvpAnswer, targets: AnswerTargets): string =>
  page(
    invitation.title,
    markup`${hostOf(invitation)}
${timesOf(invitation)}
${guestOf(invitation)}
${invitation.rsvp === answer ? thanks(answer, targets) : question(invitation, answer, targets)}`,
  );

const hostOf = ({ companyName }: Invitation): Html =>
  companyName ? markup`<p class="soft">Hosted by <bdi>${companyName}</bdi></p>` : nothing;

function timesOf(invitation: Invitation): Html {
  const [first, second] = whenOf(invitation);
  return markup`<p>${first}<br>
${second}<br>
<span class="soft">${invitation.timeZoneId.replaceAll('_', ' ')} time</span></p>`;
}

const guestOf = ({ guestName }: Invitation): Html =>
  guestName ? markup`<p>Invitation for <strong><bdi>${guestName}</bdi></strong></p>` : nothing;

const thanks = (answer: RsvpAnswer, targets: AnswerTargets): Html =>
  markup`<p class="note" role="status">Thank you. Your answer is noted: ${answers[answer]}.</p>
<p class="soft">You can change it until the event is over.</p>
${button(otherOf[answer], targets, 'other')}`;

/** Whoever has answered otherwise before is asked about this answer only: the other one is there already. */
const question = ({ rsvp }: Invitation, answer: RsvpAnswer, targets: AnswerTargets): Html =>
  rsvp
    ? markup`<p class="question">So far you have answered that ${answers[rsvp]}. Change your answer?</p>
${button(answer, targets, 'main')}`
    : markup`<p class="question">Will you be there?</p>
${button(answer, targets, 'main')}
${button(otherOf[answer], targets, 'other')}`;

const button = (answer: RsvpAnswer, targets: AnswerTargets, look: 'main' | 'other'): Html =>
  markup`<form method="post" action="${targets[answer]}">
<button type="submit" class="${look}">${buttons[answer]}</button>
</form>`;

/** For whoever does not follow to the page that shows the answer (RFC 9110 §15.4.4). */
export const thanksPage = (answer: RsvpAnswer, target: string): string =>
  page(
    'Thank you',
    markup`<p role="status">Your answer is noted: ${answers[answer]}.</p>
<p><a href="${target}">See or change your answer</a></p>`,
  );

export const expiredPage = ({ title }: Invitation): string =>
  page('This link has expired', markup`<p><bdi>${title}</bdi> is over, so it takes no more answers.</p>`);
