import { defineRpc } from './rpc.js';

/** Whoever can deliver e-mail for the platform. */
export const providerNames = ['sendgrid', 'smtp', 'sandbox'] as const;

export type ProviderName = (typeof providerNames)[number];

/** Through whom an account's e-mail goes. */
export interface AccountProviders {
  /** In the order in which they are tried: the next one only while those before it are down. */
  providers: ProviderName[];
  /** Whether the account has a list of its own; otherwise it is that of the installation. */
  own: boolean;
  /** All that this installation is configured for. */
  available: ProviderName[];
}

/** Through whom an account's e-mail goes. */
export const getAccountProviders = defineRpc<{ accountId: string }, AccountProviders>(
  'comms.rpc.sender.providers.v1',
);

/**
 * Gives an account a list of its own; null takes it away again. Holds for attempts that begin from now on (within five
 * seconds on other replicas); a send whose outcome is unknown stays with the provider that may have it.
 * Errors: `validation_error` (`/providers`) for one this installation is not configured for.
 */
export const setAccountProviders = defineRpc<
  { accountId: string; providers: ProviderName[] | null },
  AccountProviders
>('comms.rpc.sender.providers-set.v1');
