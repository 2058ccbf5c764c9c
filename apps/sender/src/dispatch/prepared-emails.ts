import { Inject, Injectable } from '@nestjs/common';
import { CodedError, type SenderIdentity } from '@qflow/contracts';
import { isDependencyDown } from '@qflow/persistence';
import { renderTemplate } from '@qflow/rendering';
import { SENDER_CONFIG, type SenderConfig } from '../config.js';
import { SenderIdentities } from '../domains/sender-identities.js';
import type { Email, ProviderOutcome } from '../provider/email-provider.js';
import type { ClaimedSend } from '../sends/claim.js';
import { CompiledTemplates, type ReadyTemplate } from '../templates/compiled-templates.js';
import { mailboxes } from './mailboxes.js';

/** Makes the e-mail of a send: rendered and addressed. */
@Injectable()
export class PreparedEmails {
  constructor(
    @Inject(SENDER_CONFIG) private readonly config: SenderConfig,
    private readonly templates: CompiledTemplates,
    private readonly identities: SenderIdentities,
  ) {}

  /** The e-mail as a provider is to have it, or what the attempt came to without it. */
  async of(send: ClaimedSend): Promise<Email | ProviderOutcome> {
    try {
      const template = await this.templates.get(send.account_id, send.template_id, send.template_version);
      if (!template)
        return { is: 'rejected', code: 'template_missing', error: 'the template version does not exist' };
      const identity = await this.identities.of(send.account_id, template.version.fromAddress);
      if (identity.as === 'refused') return senderRefused(identity);
      return this.emailOf(send, template, identity);
    } catch (error) {
      return beforeSending(error);
    }
  }

  private emailOf(send: ClaimedSend, template: ReadyTemplate, identity: SenderIdentity): Email {
    if (!send.merge) throw new Error('the merge data of a claimed send is gone');
    const { subject, html, text } = renderTemplate(template.compiled, send.merge);
    const unsubscribeUrl =
      this.config.LIST_UNSUBSCRIBE === 'on' ? send.merge.links.unsubscribeUrl : undefined;
    return {
      sendId: send.id,
      attempt: send.attempt,
      ...mailboxes(send, template.version, identity, this.config.senderPolicy),
      subject,
      html,
      text,
      ...(unsubscribeUrl && { unsubscribeUrl }),
    };
  }
}

const senderRefused = ({ fromAddress }: SenderIdentity): ProviderOutcome => ({
  is: 'rejected',
  code: 'sender_not_verified',
  error: `${fromAddress} is not of a verified and active sender domain of this account`,
});

/** A service that fails will mend; a template that does not render will not do so next time either. */
function beforeSending(error: unknown): ProviderOutcome {
  if (error instanceof CodedError)
    return retryable(`templates_${error.code}`, `the templates service failed (${error.code})`);
  if (isDependencyDown(error)) return retryable('database_away', 'the database does not answer');
  const message = error instanceof Error ? error.message : String(error);
  return { is: 'rejected', code: 'render_failed', error: `the template could not be rendered: ${message}` };
}

const retryable = (code: string, error: string): ProviderOutcome => ({
  is: 'retryable',
  because: 'this_attempt',
  code,
  error,
});
