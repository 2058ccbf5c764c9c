import type { AuthenticatedDomain, AuthenticationRecord, Validation } from '../../domains/domain-provider.js';
import { unavailable } from './sendgrid-api.js';

const recordTypes: Record<string, AuthenticationRecord['type']> = { cname: 'CNAME', txt: 'TXT', mx: 'MX' };

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An entry as SendGrid's list has it, with what it is recognised by. */
export interface ListedDomain extends AuthenticatedDomain {
  domain: unknown;
  subdomain: unknown;
}

/**
 * Reads `{id, domain, subdomain, valid, dns: {mail_cname: {type, host, data, valid}, …}}`.
 * @throws CodedError `unavailable` where it is something else
 */
export function readDomain(body: unknown): ListedDomain {
  if (!isObject(body) || typeof body.id !== 'number' || !isObject(body.dns))
    throw unavailable('SendGrid answered a domain in a form we do not know');
  return {
    domain: body.domain,
    subdomain: body.subdomain,
    providerId: String(body.id),
    verified: body.valid === true,
    records: Object.entries(body.dns).map(([name, record]) => readRecord(name, record)),
  };
}

/** @throws CodedError `unavailable` */
export function readDomains(body: unknown): ListedDomain[] {
  if (!Array.isArray(body)) throw unavailable('SendGrid answered a list of domains in a form we do not know');
  return body.map(readDomain);
}

/**
 * Reads `{valid, validation_results: {mail_cname: {valid, reason}, …}}`.
 * @throws CodedError `unavailable`
 */
export function readValidation(body: unknown): Validation {
  if (!isObject(body) || typeof body.valid !== 'boolean' || !isObject(body.validation_results))
    throw unavailable('SendGrid answered a validation in a form we do not know');
  const results = Object.entries(body.validation_results);
  return {
    verified: body.valid,
    valid: Object.fromEntries(
      results.map(([name, result]) => [name, isObject(result) && result.valid === true]),
    ),
  };
}

function readRecord(name: string, record: unknown): AuthenticationRecord {
  if (!isObject(record) || typeof record.host !== 'string' || typeof record.data !== 'string')
    throw unavailable('SendGrid answered a DNS record in a form we do not know');
  const type = recordTypes[String(record.type).toLowerCase()] ?? 'CNAME';
  return { name, type, host: record.host, data: record.data, valid: record.valid === true };
}
