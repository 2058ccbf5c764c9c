import { Html, markup } from './html.js';
import { page } from './page.js';
import type { PostedChoice } from './read-choice.js';

/** What the page behind an unsubscribe link shows. */
export interface Subscription {
  /**
   * `resubscribed`: the recipient has changed their mind, which the page confirms. Only `unsubscribed` is known to
   * get no e-mails; while the sender does not answer, somebody who has unsubscribed elsewhere is `subscribed` here.
   */
  state: 'subscribed' | 'unsubscribed' | 'resubscribed';
  /** Whose e-mail it was; null while the sender, who alone knows, does not answer. */
  mail: {
    /** Shortened: whoever finds the link learns little. */
    address: string;
    /** Null where the event is not there any more. */
    title: string | null;
    companyName: string | null;
  } | null;
}

const texts = {
  subscribed: 'Unsubscribe?',
  unsubscribed: 'You are unsubscribed',
  resubscribed: 'You are subscribed again',
};

/**
 * Asks for one click, or shows what was chosen and how to change it. Opening it changes nothing, because mail scanners
 * open every link (RFC 8058 §1).
 * @param target where the form posts to, as seen from the page
 */
export const unsubscribePage = (subscription: Subscription, target: string): string =>
  page(texts[subscription.state], bodies[subscription.state](subscription, target));

const bodies = { subscribed: question, unsubscribed: farewell, resubscribed: welcome };

function question({ mail }: Subscription, target: string): Html {
  const about = mail?.title
    ? markup`<p class="soft">Your e-mail was about <bdi>${mail.title}</bdi>.</p>`
    : '';
  const to = mail ? markup` to <strong>${addressOf(mail)}</strong>` : '';
  return markup`${about}
<p>This stops all ${emails} from ${senderOf(mail)}${to}: invitations, tickets and news of every event.</p>
${button('unsubscribe', target, 'main')}`;
}

function farewell({ mail }: Subscription, target: string): Html {
  return markup`<p class="note" role="status">${recipientOf(mail)} no more ${emails} from ${senderOf(mail)}.</p>
<p class="soft">One that was on its way already may still arrive.</p>
<p class="question">Changed your mind?</p>
${button('resubscribe', target, 'other')}`;
}

function welcome({ mail }: Subscription, target: string): Html {
  return markup`<p class="note" role="status">${recipientOf(mail)} ${emails} from ${senderOf(mail)} again.</p>
<p class="question">Changed your mind?</p>
${button('unsubscribe', target, 'other')}`;
}

function senderOf(mail: Subscription['mail']): Html {
  if (mail?.companyName) return markup`<strong><bdi>${mail.companyName}</bdi></strong>`;
  return mail?.title
    ? markup`the organiser of <strong><bdi>${mail.title}</bdi></strong>`
    : markup`the organiser who wrote to you`;
}

const addressOf = ({ address }: NonNullable<Subscription['mail']>): Html =>
  markup`<bdi class="whole">${address}</bdi>`;

const recipientOf = (mail: Subscription['mail']): Html =>
  mail ? markup`${addressOf(mail)} gets` : markup`You get`;

const emails = markup`<span class="whole">e-mails</span>`;

const labels = { unsubscribe: 'Unsubscribe', resubscribe: 'Subscribe again' };

const button = (choice: PostedChoice['choice'], target: string, look: 'main' | 'other'): Html =>
  markup`<form method="post" action="${target}">
<button type="submit" name="choice" value="${choice}" class="${look}">${labels[choice]}</button>
</form>`;

const done = { unsubscribe: texts.unsubscribed, resubscribe: texts.resubscribed };

/** For mail programs, and for whoever does not follow to the page that shows the choice (RFC 9110 §15.4.4). */
export const chosenPage = (choice: PostedChoice['choice'], target: string): string =>
  page(done[choice], markup`<p><a href="${target}">See or change your choice</a></p>`);

/** @param flaw what is wrong, after "The request" */
export const refusedPage = (flaw: string, target: string): string =>
  page(
    'Nothing was changed',
    markup`<p>The request ${flaw}.</p>
<p><a href="${target}">Open the page of this link</a> and use its button.</p>
<p class="soft">Programs post the form List-Unsubscribe=One-Click (RFC 8058), people choice=unsubscribe or
choice=resubscribe.</p>`,
  );
