import type { Email } from '../provider/email-provider.js';
import type { SendRow } from './send-row.js';
import { shortened } from './shortened.js';

/** What customer events tell of an e-mail once it has been handed to the provider, as columns of its send. */
export type HandedOver = Pick<SendRow, 'subject' | 'from_address'> &
  Partial<Pick<SendRow, 'provider_message_id'>>;

/** A header line holds no more (RFC 5322 §2.1.1); a template can make subjects of any length. */
const longestSubject = 998;

/** @param messageId the provider's, where it has answered with one */
export const handedOver = (
  { subject, from }: Pick<Email, 'subject' | 'from'>,
  messageId: string | null,
): HandedOver => ({
  subject: shortened(subject, longestSubject),
  from_address: from.email,
  ...(messageId !== null && { provider_message_id: messageId }),
});
