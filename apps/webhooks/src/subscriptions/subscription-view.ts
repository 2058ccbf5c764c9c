import type { RetryRules, SubscriptionView } from '@qflow/contracts';
import { policyOf } from '../dispatch/retry-policy.js';
import type { LastOutcomes } from './last-outcomes.js';
import type { SubscriptionRow } from './subscription.js';

/** What the account sees of a subscription: nothing in it is secret. */
export function subscriptionView(
  row: SubscriptionRow,
  { success, failure }: LastOutcomes = { success: null, failure: null },
  now = Date.now(),
): SubscriptionView {
  const overlaps = row.previous_until !== null && row.previous_until.getTime() > now;
  return {
    id: row.id,
    url: row.url,
    format: row.format,
    events: row.events,
    description: row.description,
    headerNames: row.header_names,
    retry: rulesInForce(row),
    active: row.active,
    disabledReason: row.disabled_reason,
    disabledAt: textOf(row.disabled_at),
    failures: row.failures,
    lastSuccessAt: textOf(success),
    lastFailureAt: textOf(failure),
    publicKey: row.public_key,
    previousSecretUntil: overlaps ? textOf(row.previous_until) : null,
    isDefault: row.is_default,
    created: row.created_at.toISOString(),
    updated: row.updated_at.toISOString(),
  };
}

function rulesInForce({ format, retry }: SubscriptionRow): Required<RetryRules> {
  const { delaysMs, timeoutMs, disableAfter } = policyOf(format, retry);
  return {
    delaysSeconds: delaysMs.map((ms) => ms / 1_000),
    timeoutSeconds: timeoutMs / 1_000,
    disableAfter,
  };
}

const textOf = (time: Date | null): string | null => time?.toISOString() ?? null;
