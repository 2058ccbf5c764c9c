/** One DNS record as SendGrid shows it. */
export interface DnsRecord {
  valid: boolean;
  type: 'cname';
  host: string;
  data: string;
}

/** The records of a domain with automatic security, by SendGrid's names for them. */
export const RECORD_NAMES = ['mail_cname', 'dkim1', 'dkim2'] as const;
export type RecordName = (typeof RECORD_NAMES)[number];

/**
 * A domain as `/v3/whitelabel/domains` answers it.
 *
 * @see https://www.twilio.com/docs/sendgrid/api-reference/domain-authentication/authenticate-a-domain
 */
export interface AuthenticatedDomain {
  id: number;
  user_id: number;
  subdomain: string;
  domain: string;
  username: string;
  ips: string[];
  custom_spf: boolean;
  default: boolean;
  legacy: boolean;
  automatic_security: boolean;
  valid: boolean;
  dns: Record<RecordName, DnsRecord>;
  /** Unix seconds; absent before the first validation. */
  last_validation_attempt_at?: number;
}

/** What is known of a domain before it has an id. */
export type NewDomain = Pick<AuthenticatedDomain, 'domain' | 'subdomain' | 'default'>;

/** The one account that this SendGrid has. */
const USER_ID = 1_000_001;
const TARGET = `u${USER_ID}.wl.sandbox.test`;

export function authenticatedDomain(
  id: number,
  { domain, subdomain, default: standard }: NewDomain,
): AuthenticatedDomain {
  const record = (host: string, data: string): DnsRecord => ({
    valid: false,
    type: 'cname',
    host: `${host}.${domain}`,
    data,
  });
  return {
    id,
    user_id: USER_ID,
    subdomain,
    domain,
    username: 'sandbox',
    ips: [],
    custom_spf: false,
    default: standard,
    legacy: false,
    automatic_security: true,
    valid: false,
    dns: {
      mail_cname: record(subdomain, TARGET),
      dkim1: record('s1._domainkey', `s1.domainkey.${TARGET}`),
      dkim2: record('s2._domainkey', `s2.domainkey.${TARGET}`),
    },
  };
}
