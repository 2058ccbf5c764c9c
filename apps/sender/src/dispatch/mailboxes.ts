import type { SenderIdentity, TemplateVersion } from '@qflow/contracts';
import type { SenderPolicy } from '../domains/sender-policy.js';
import type { Email } from '../provider/email-provider.js';
import type { ClaimedSend } from '../sends/claim.js';

type Mailbox = Email['from'];

/** Who an e-mail goes to, who it is from, and where answers go. */
export function mailboxes(
  { recipient, merge }: Pick<ClaimedSend, 'recipient' | 'merge'>,
  version: Pick<TemplateVersion, 'fromName' | 'replyTo'>,
  identity: SenderIdentity,
  policy: SenderPolicy,
): Pick<Email, 'to' | 'from' | 'replyTo'> {
  const platformName = identity.as === 'fallback' && policy.is === 'fallback' ? policy.name : undefined;
  const replyTo = version.replyTo ?? identity.replyTo;
  return {
    to: mailbox(recipient, [merge?.guest.firstName, merge?.guest.lastName].filter(Boolean).join(' ')),
    from: mailbox(identity.fromAddress, version.fromName ?? platformName),
    ...(replyTo && { replyTo }),
  };
}

const mailbox = (email: string, name: string | undefined): Mailbox => ({ email, ...(name && { name }) });
