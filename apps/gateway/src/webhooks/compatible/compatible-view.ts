import type { AttemptView, DeliveryView, SubscriptionView, TestResult } from '@qflow/contracts';
import type { CompatibleAttempt, CompatibleDelivery } from './compatible-delivery.dto.js';
import type { CompatibleTest, CompatibleWebhook } from './compatible.dto.js';

export const webhookOf = (subscription: SubscriptionView): CompatibleWebhook => ({
  id: subscription.id,
  uid: subscription.id,
  url: subscription.url,
  events: subscription.events,
  format: subscription.format,
  active: subscription.active,
  status: subscription.active ? 'active' : 'disabled',
  disabled_reason: subscription.disabledReason,
  disabled_at: subscription.disabledAt,
  failure_count: subscription.failures,
  last_success_at: subscription.lastSuccessAt,
  last_failure_at: subscription.lastFailureAt,
  created_at: subscription.created,
  updated_at: subscription.updated,
});

const wordFor = (delivered: boolean): 'delivered' | 'failed' => (delivered ? 'delivered' : 'failed');

export const testOf = (result: TestResult): CompatibleTest => ({
  id: result.id,
  status: wordFor(result.delivered),
  response_code: result.statusCode,
  response_body: result.response?.body ?? null,
  duration_ms: result.durationMs,
  error: result.error,
  error_code: result.code,
  hint: result.hint,
});

/** @param event what the webhook's format calls it */
export function deliveryOf(delivery: DeliveryView, event: string): CompatibleDelivery {
  const latest = delivery.attempts.at(-1);
  return {
    id: delivery.id,
    event_id: delivery.eventId,
    event,
    status: delivery.status,
    response_code: latest?.statusCode ?? null,
    duration_ms: latest?.durationMs ?? null,
    attempt_count: delivery.attempts.length,
    attempts: delivery.attempts.map(attemptOf),
    next_attempt_at: delivery.nextAttemptAt,
    created_at: delivery.created,
  };
}

const attemptOf = (attempt: AttemptView): CompatibleAttempt => ({
  attempt: attempt.attempt,
  status: wordFor(attempt.code === null && attempt.error === null),
  response_code: attempt.statusCode,
  response_body: attempt.answer,
  duration_ms: attempt.durationMs,
  error: attempt.error,
  error_code: attempt.code,
  attempted_at: attempt.at,
});
