import type { MailRequest, Personalization } from './mail-request.js';

/** Somebody who gets a copy of a mail. */
export interface Recipient {
  email: string;
  /** Counts the recipients of the request from 0. */
  index: number;
  personalization: Personalization;
}

/** Everybody who gets a copy, in the order of the request: of each personalization first `to`, then `cc`, then `bcc`. */
export function recipientsOf({ personalizations }: MailRequest): Recipient[] {
  const recipients: Recipient[] = [];
  for (const personalization of personalizations) {
    for (const { email } of [...personalization.to, ...personalization.cc, ...personalization.bcc]) {
      recipients.push({ email, index: recipients.length, personalization });
    }
  }
  return recipients;
}
