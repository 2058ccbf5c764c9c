import { Inject, Injectable } from '@nestjs/common';
import { CodedError, saveTemplate, senderIdentity } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import type { SavedTemplate, SaveTemplate } from './template.dto.js';

/** A hint is not worth more of the caller's time. */
const identityTimeoutMs = 1_000;
/** A template of the largest size, made to be hard to scan, takes seconds; Google Web Risk may be asked as well. */
const saveTimeoutMs = 20_000;

/** Stores a template and warns of everything that is likely to turn out otherwise than its author expects. */
@Injectable()
export class TemplateSaving {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  /** @throws CodedError `validation_error`, `not_found`, `spam_check_failed`; nothing is stored then */
  async save(accountId: string, template: SaveTemplate & { id: string }): Promise<SavedTemplate> {
    const saved = await this.rpc.ask(saveTemplate, { ...template, accountId }, { timeoutMs: saveTimeoutMs });
    const sender = await this.senderWarnings(accountId, saved);
    return { ...saved, warnings: [...saved.warnings, ...sender] };
  }

  /** Nothing where the sender does not answer: the template is stored, and every send decides anew. */
  private async senderWarnings(
    accountId: string,
    { fromAddress, replyTo }: Pick<SavedTemplate, 'fromAddress' | 'replyTo'>,
  ): Promise<string[]> {
    const asked = { accountId, fromAddress };
    try {
      const identity = await this.rpc.ask(senderIdentity, asked, { timeoutMs: identityTimeoutMs });
      switch (identity.as) {
        case 'own':
          return [];
        case 'fallback':
          return [
            `${noDomain(fromAddress)}: e-mails come from ${identity.fromAddress}, and answers go to ${replyTo ?? fromAddress}.`,
          ];
        case 'refused':
          return [`${noDomain(fromAddress)}: sends are refused until it is.`];
      }
    } catch (error) {
      if (error instanceof CodedError) return [];
      throw error;
    }
  }
}

const noDomain = (address: string): string =>
  `The domain of ${address} is not a verified and enabled sender domain of your account`;
