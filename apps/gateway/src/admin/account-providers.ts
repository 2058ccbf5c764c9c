import {
  getAccountProviders,
  setAccountProviders,
  type AccountProviders,
  type ProviderName,
} from '@qflow/contracts';
import type { RpcClient } from '@qflow/messaging';
import type { Change } from './change.js';
import type { AdminUser } from './users.js';

/** Through whom the e-mail of a user's account goes. The sender keeps it. @throws CodedError `unavailable` */
export const providersOf = (rpc: RpcClient, { accountId }: AdminUser): Promise<AccountProviders> =>
  rpc.ask(getAccountProviders, { accountId });

/**
 * Gives a user's account a list of its own, or takes it away. The entry of the audit comes first, in a transaction that
 * ends with the sender's answer: what the sender refuses leaves none. Without an answer there is none either, though the
 * sender may have heard; the operator repeats the change, and the same one again changes nothing.
 * @param providers null for those of the installation
 * @throws CodedError `validation_error` (`/providers`: not configured), `unavailable`
 */
export async function changeProviders(
  change: Change,
  rpc: RpcClient,
  { id, accountId, email, enterprise }: AdminUser,
  providers: ProviderName[] | null,
): Promise<AccountProviders> {
  const action = providers ? 'provider.set' : 'provider.reset';
  await change.record(action, `user:${id}`, { email, enterprise, ...(providers && { providers }) });
  return rpc.ask(setAccountProviders, { accountId, providers });
}
