import type { SenderIdentity } from '@qflow/contracts';

/** What becomes of e-mail whose sender is not of a verified and enabled domain of its account. */
export type SenderPolicy =
  { is: 'fallback'; address: string; name: string | undefined } | { is: 'refuse' } | { is: 'allow' };

/** What an account and others have of one domain. */
export interface DomainStanding {
  /** The account has verified it. */
  verified: boolean;
  /** And it is in use. */
  enabled: boolean;
  /** Another account has verified it. */
  others: boolean;
}

/**
 * Who an e-mail is from. SendGrid signs for every domain that any account has verified, because all of them are the
 * platform's there; so it is here that one account is kept from sending in another one's name, whatever the policy.
 */
export function identify(
  policy: SenderPolicy,
  { verified, enabled, others }: DomainStanding,
  fromAddress: string,
): SenderIdentity {
  if (verified && enabled) return { fromAddress, replyTo: null, as: 'own' };
  if (policy.is === 'allow' && (verified || !others)) return { fromAddress, replyTo: null, as: 'own' };
  if (policy.is === 'fallback') return { fromAddress: policy.address, replyTo: fromAddress, as: 'fallback' };
  return { fromAddress, replyTo: null, as: 'refused' };
}
