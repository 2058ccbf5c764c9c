import type { EmailAddress, Personalization } from './mail-request.js';
import type { Problems } from './problems.js';

const MOST_RECIPIENTS = 1000;
const KINDS = ['to', 'cc', 'bcc'] as const;

/**
 * No address twice in `personalizations`, whatever its letter case, and at most 1,000 of them in all.
 * Within one personalization SendGrid names the list in which the second copy stands.
 */
export function checkUniqueRecipients(personalizations: Personalization[], problems: Problems): void {
  const firstSeenIn = new Map<string, number>();
  let total = 0;
  personalizations.forEach((personalization, index) => {
    for (const kind of KINDS) {
      total += personalization[kind].length;
      checkList(personalization[kind], kind, index, firstSeenIn, problems);
    }
  });
  if (total > MOST_RECIPIENTS) {
    problems.add(
      'personalizations',
      'There is a limit of 1000 total recipients (to + cc + bcc) per request.',
    );
  }
}

function checkList(
  list: EmailAddress[],
  kind: string,
  index: number,
  firstSeenIn: Map<string, number>,
  problems: Problems,
): void {
  for (const { email } of list) {
    const key = email.toLowerCase();
    const seenIn = firstSeenIn.get(key);
    if (seenIn === undefined) {
      firstSeenIn.set(key, index);
    } else if (seenIn === index) {
      problems.add(
        `personalizations.${index}`,
        `Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of [${email}] in the personalizations.${index}.${kind} field.`,
        'message.recipient-errors',
      );
    } else {
      problems.add(
        `personalizations.${index}.${kind}`,
        `Each unique email address in the personalizations array should only be included once. You have included [${email}] more than once.`,
      );
    }
  }
}
