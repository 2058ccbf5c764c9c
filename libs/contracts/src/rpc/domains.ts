import { defineRpc } from './rpc.js';

/** One record the account has to publish in its DNS. */
export interface DnsRecord {
  type: 'CNAME' | 'TXT' | 'MX';
  host: string;
  data: string;
  /** Whether the provider has seen it. */
  valid: boolean;
}

/** The domain an account sends from (SendGrid "Domain Authentication"). */
export interface SenderDomain {
  id: string;
  domain: string;
  verified: boolean;
  enabled: boolean;
  dnsRecords: DnsRecord[];
}

/** Who an e-mail of an account is really from, and why. */
export interface SenderIdentity {
  fromAddress: string;
  /** Where answers go when that is not `fromAddress`. */
  replyTo: string | null;
  /**
   * - `own`: the address as it is, of a verified and enabled domain, or because the operator allows any.
   * - `fallback`: the platform's own address, with the wanted one as reply-to.
   * - `refused`: nothing is sent.
   */
  as: 'own' | 'fallback' | 'refused';
}

/** Errors: `domain_already_configured`, `validation_error`. The same domain again answers the existing one. */
export const createDomain = defineRpc<{ accountId: string; domain: string }, SenderDomain>(
  'comms.rpc.sender.domain-create.v1',
);
/** Null where the account has none. */
export const getDomain = defineRpc<{ accountId: string }, SenderDomain | null>(
  'comms.rpc.sender.domain-get.v1',
);
/** Has the provider look at the DNS. The answer tells which records are still missing. Errors: `not_found`. */
export const verifyDomain = defineRpc<{ accountId: string }, SenderDomain>(
  'comms.rpc.sender.domain-verify.v1',
);
/** Errors: `not_found`, `domain_not_verified`. */
export const activateDomain = defineRpc<{ accountId: string }, SenderDomain>(
  'comms.rpc.sender.domain-activate.v1',
);
/** Errors: `not_found`. */
export const deactivateDomain = defineRpc<{ accountId: string }, SenderDomain>(
  'comms.rpc.sender.domain-deactivate.v1',
);
/** Errors: `not_found`. */
export const deleteDomain = defineRpc<{ accountId: string }, { deleted: true }>(
  'comms.rpc.sender.domain-delete.v1',
);
/** Who an e-mail with this `fromAddress` would be from. */
export const senderIdentity = defineRpc<{ accountId: string; fromAddress: string }, SenderIdentity>(
  'comms.rpc.sender.identity.v1',
);
