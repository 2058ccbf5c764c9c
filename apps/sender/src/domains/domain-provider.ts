/** One record of a domain's authentication at the provider. */
export interface AuthenticationRecord {
  /** The provider's name of it, by which the results of a validation come back. */
  name: string;
  type: 'CNAME' | 'TXT' | 'MX';
  host: string;
  data: string;
  valid: boolean;
}

/** A domain as the provider has it. */
export interface AuthenticatedDomain {
  providerId: string;
  verified: boolean;
  records: AuthenticationRecord[];
}

/** Whether the records are in place, as the provider sees it in the DNS. */
export interface Validation {
  verified: boolean;
  /** By {@link AuthenticationRecord.name}. */
  valid: Record<string, boolean>;
}

/**
 * The port to a provider's domain authentication. Every method may be repeated.
 * @throws CodedError `unavailable` where the provider does not answer as it should; `validation_error` (`/domain`)
 * where it refuses the domain
 */
export abstract class DomainProvider {
  /** @throws CodedError `domain_not_supported` where there is no such provider */
  assertSupported(): void {}
  /**
   * Answers the entry that was made for this key, and makes it where there is none.
   * @param key ours, a DNS label: the domain's records are below it, so that an entry is recognised by it after a crash
   */
  abstract ensure(domain: string, key: string): Promise<AuthenticatedDomain>;
  /** Has the provider look at the DNS now; null where it has no such entry any more. */
  abstract validate(providerId: string): Promise<Validation | null>;
  /** Removes an entry; one that is gone already is fine. */
  abstract remove(providerId: string): Promise<void>;
  /** Removes the entry that was made for this key, if one was. */
  abstract removeByKey(domain: string, key: string): Promise<void>;
  /** Waits for nothing; closes idle connections. */
  abstract close(): Promise<void>;
}
