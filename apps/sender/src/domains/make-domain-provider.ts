import type { ProviderName } from '@qflow/contracts';
import type { SenderConfig } from '../config.js';
import { SendGridApi } from '../provider/sendgrid/sendgrid-api.js';
import { SendGridDomains } from '../provider/sendgrid/sendgrid-domains.js';
import type { DomainProvider } from './domain-provider.js';
import { NoDomains } from './no-domains.js';

/**
 * Sender domains are authenticated with the first provider that does so: SendGrid, or the sandbox in its place. A mail
 * server has no API for it.
 */
export function makeDomainProvider(config: SenderConfig): DomainProvider {
  const timeoutMs = config.PROVIDER_TIMEOUT_MS;
  for (const name of config.availableProviders) {
    const access = accessOf(name, config);
    if (access) return new SendGridDomains(new SendGridApi({ ...access, timeoutMs }));
  }
  return new NoDomains();
}

function accessOf(name: ProviderName, config: SenderConfig): { baseUrl: string; apiKey: string } | undefined {
  const { SENDGRID_API_KEY, SENDGRID_BASE_URL, SANDBOX_URL, SANDBOX_API_KEY } = config;
  if (name === 'sendgrid' && SENDGRID_API_KEY)
    return { baseUrl: SENDGRID_BASE_URL, apiKey: SENDGRID_API_KEY };
  if (name === 'sandbox' && SANDBOX_URL) return { baseUrl: SANDBOX_URL, apiKey: SANDBOX_API_KEY };
  return undefined;
}
