import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SendGridError } from '../api/sendgrid-error.js';
import {
  authenticatedDomain,
  RECORD_NAMES,
  type AuthenticatedDomain,
  type RecordName,
} from './authenticated-domain.js';
import type { DomainRequest } from './read-new-domain.js';

/** SendGrid's own limit per account. */
const MOST_DOMAINS = 3_000;

/** Domains below this one never get their records into the DNS. */
const NEVER_VALID = /(^|\.)invalid-dns\.test$/;

export interface ValidationResult {
  id: number;
  valid: boolean;
  validation_results: Record<RecordName, { valid: boolean; reason: string | null }>;
}

export interface DomainSearch {
  /** A part of the name. */
  domain: string;
  limit: number;
  offset: number;
}

/** The authenticated domains of the one account. The DNS is a make-believe one: the name says what is in it. */
@Injectable()
export class Domains {
  private readonly byId = new Map<number, AuthenticatedDomain>();
  private lastId = 0;

  /** @throws SendGridError 400 where there is one of this name and subdomain, or no room for another */
  create({ domain, subdomain, default: standard }: DomainRequest): AuthenticatedDomain {
    if (this.byId.size >= MOST_DOMAINS)
      throw SendGridError.of(400, `You have reached the limit of ${MOST_DOMAINS} authenticated domains.`);
    const taken = [...this.byId.values()].some(
      (other) => other.domain === domain && other.subdomain === subdomain,
    );
    if (taken)
      throw SendGridError.of(
        400,
        'An authenticated domain already exists for this URL. Please use a unique subdomain.',
      );
    const created = authenticatedDomain(++this.lastId, {
      domain,
      subdomain: subdomain ?? `em${randomInt(1_000, 10_000)}`,
      default: standard,
    });
    this.byId.set(created.id, created);
    return created;
  }

  list({ domain, limit, offset }: DomainSearch): AuthenticatedDomain[] {
    return [...this.byId.values()]
      .filter((entry) => entry.domain.includes(domain.toLowerCase()))
      .slice(offset, offset + limit);
  }

  /** @throws SendGridError 404 */
  require(id: number): AuthenticatedDomain {
    const found = this.byId.get(id);
    if (!found) throw SendGridError.of(404, 'not found');
    return found;
  }

  /**
   * Looks the records up.
   * @throws SendGridError 404
   */
  validate(id: number): ValidationResult {
    const domain = this.require(id);
    const valid = !NEVER_VALID.test(domain.domain);
    domain.valid = valid;
    domain.last_validation_attempt_at = Math.floor(Date.now() / 1000);
    for (const name of RECORD_NAMES) domain.dns[name].valid = valid;
    return { id, valid, validation_results: resultsOf(domain) };
  }

  /** @throws SendGridError 404 */
  delete(id: number): void {
    this.require(id);
    this.byId.delete(id);
  }

  /** Forgets them all. */
  reset(): void {
    this.byId.clear();
  }
}

function resultsOf({ dns }: AuthenticatedDomain): ValidationResult['validation_results'] {
  const result = (name: RecordName) => {
    const { valid, host, data } = dns[name];
    return { valid, reason: valid ? null : `Expected CNAME for "${host}" to match "${data}".` };
  };
  return { mail_cname: result('mail_cname'), dkim1: result('dkim1'), dkim2: result('dkim2') };
}
