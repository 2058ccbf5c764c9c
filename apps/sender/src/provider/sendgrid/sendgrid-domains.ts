import { invalidField } from '@qflow/contracts';
import { DomainProvider, type AuthenticatedDomain, type Validation } from '../../domains/domain-provider.js';
import { textOf } from './error-text.js';
import { readDomain, readDomains, readValidation } from './read-domain.js';
import type { SendGridApi } from './sendgrid-api.js';

const path = '/whitelabel/domains';
const pageSize = 50;

/**
 * SendGrid's domain authentication: three CNAMEs, whose keys SendGrid keeps and rotates ("automatic security").
 * Our key is the entry's subdomain, so two accounts that claim one domain have to publish different records.
 * @see https://www.twilio.com/docs/sendgrid/api-reference/domain-authentication
 */
export class SendGridDomains extends DomainProvider {
  constructor(private readonly api: SendGridApi) {
    super();
  }

  async ensure(domain: string, key: string): Promise<AuthenticatedDomain> {
    return (await this.find(domain, key)) ?? (await this.create(domain, key));
  }

  async validate(providerId: string): Promise<Validation | null> {
    const { status, body } = await this.api.call('POST', `${path}/${providerId}/validate`, [200, 404]);
    return status === 404 ? null : readValidation(body);
  }

  async remove(providerId: string): Promise<void> {
    await this.api.call('DELETE', `${path}/${providerId}`, [204, 404]);
  }

  async removeByKey(domain: string, key: string): Promise<void> {
    const found = await this.find(domain, key);
    if (found) await this.remove(found.providerId);
  }

  close(): Promise<void> {
    return this.api.close();
  }

  private async create(domain: string, key: string): Promise<AuthenticatedDomain> {
    const { status, body } = await this.api.call('POST', path, [201, 400], {
      domain,
      subdomain: key,
      automatic_security: true,
      default: false,
    });
    if (status === 201) return readDomain(body);
    throw invalidField('/domain', `is refused by the e-mail provider: ${textOf(JSON.stringify(body))}`);
  }

  /** The search is by text, so what it yields is looked at once more. */
  private async find(domain: string, key: string): Promise<AuthenticatedDomain | undefined> {
    for (let offset = 0; ; offset += pageSize) {
      const query = new URLSearchParams({ domain, limit: String(pageSize), offset: String(offset) });
      const { body } = await this.api.call('GET', `${path}?${query.toString()}`, [200]);
      const entries = readDomains(body);
      const found = entries.find((entry) => entry.domain === domain && entry.subdomain === key);
      if (found || entries.length < pageSize) return found;
    }
  }
}
