import type { ProviderName } from '@qflow/contracts';
import type { SenderConfig } from '../config.js';
import type { EmailProvider, ProviderLimits } from './email-provider.js';
import { SandboxProvider } from './sandbox/sandbox-provider.js';
import { SendGridProvider } from './sendgrid/sendgrid-provider.js';
import { SmtpProvider } from './smtp/smtp-provider.js';

/** The adapter to a provider that this installation is configured for. */
export function makeProvider(name: ProviderName, config: SenderConfig): EmailProvider {
  const limits: ProviderLimits = {
    concurrency: config.PROVIDER_CONCURRENCY,
    connectTimeoutMs: config.PROVIDER_CONNECT_TIMEOUT_MS,
    answerTimeoutMs: config.PROVIDER_TIMEOUT_MS,
  };
  switch (name) {
    case 'sendgrid':
      return new SendGridProvider({
        baseUrl: config.SENDGRID_BASE_URL,
        apiKey: needed(name, config.SENDGRID_API_KEY),
        ...limits,
      });
    case 'smtp':
      return new SmtpProvider({ url: needed(name, config.SMTP_URL), ...limits });
    case 'sandbox':
      return new SandboxProvider({
        baseUrl: needed(name, config.SANDBOX_URL),
        apiKey: config.SANDBOX_API_KEY,
        ...limits,
      });
  }
}

function needed(name: ProviderName, setting: string | undefined): string {
  if (setting === undefined) throw new Error(`${name} is not configured`);
  return setting;
}
