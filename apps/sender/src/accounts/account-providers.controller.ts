import { Controller } from '@nestjs/common';
import {
  getAccountProviders,
  setAccountProviders,
  type AccountProviders as Answer,
  type ProviderName,
} from '@qflow/contracts';
import { Answers } from '@qflow/messaging';
import { AccountProviders } from './account-providers.js';

/** Answers the gateway's questions about through whom an account's e-mail goes. */
@Controller()
export class AccountProvidersController {
  constructor(private readonly accounts: AccountProviders) {}

  @Answers(getAccountProviders)
  get({ accountId }: { accountId: string }): Promise<Answer> {
    return this.accounts.of(accountId);
  }

  @Answers(setAccountProviders)
  set({ accountId, providers }: { accountId: string; providers: ProviderName[] | null }): Promise<Answer> {
    return this.accounts.set(accountId, providers);
  }
}
