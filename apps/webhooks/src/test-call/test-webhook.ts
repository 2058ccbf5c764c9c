import { Inject, Injectable } from '@nestjs/common';
import type { TestResult } from '@qflow/contracts';
import { inTransaction, sqlOf } from '@qflow/persistence';
import { LOGGER, Metrics } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from '../config.js';
import { keptHeaders } from '../dispatch/kept-answer.js';
import { WebhookPoster, type PostResult } from '../dispatch/post-webhook.js';
import { signedRequest, type SignedRequest } from '../dispatch/signed-request.js';
import { formats } from '../formats/formats.js';
import { findDefaultWebhook, noWebhook } from '../subscriptions/default-webhook.js';
import { ownSubscription, type OfSubscription } from '../subscriptions/own-subscription.js';
import { inForce, readySubscription } from '../subscriptions/ready-subscription.js';
import type { Subscription, SubscriptionRow } from '../subscriptions/subscription.js';
import { logTestCall } from './log-test-call.js';
import { shownRequest } from './shown-request.js';
import { testEvent } from './test-event.js';

/**
 * Fires `comms.test` at one endpoint, at once and only once, signed and posted like any event, and answers with all
 * there is to know of it. Works for a disabled subscription too: trying it out comes before enabling it. Counts for
 * nothing in the subscription's standing.
 */
@Injectable()
export class TestWebhook {
  private readonly calls;

  constructor(
    @Inject(WEBHOOKS_CONFIG) private readonly config: WebhooksConfig,
    private readonly dataSource: DataSource,
    private readonly poster: WebhookPoster,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.calls = metrics.counter('qflow_webhook_test_calls_total', 'Test calls, by outcome.', ['outcome']);
  }

  /**
   * The account's default subscription.
   * @throws CodedError `not_found`
   */
  async fireDefault(accountId: string): Promise<TestResult> {
    const row = await findDefaultWebhook(sqlOf(this.dataSource), accountId);
    if (!row) throw noWebhook();
    return this.fire(row);
  }

  /** @throws CodedError `not_found` */
  async fireOne(subscription: OfSubscription): Promise<TestResult> {
    return this.fire(await ownSubscription(sqlOf(this.dataSource), subscription));
  }

  /** From the row as it is now, not from a cache: a secret may have been rotated a moment ago. */
  private async fire(row: SubscriptionRow): Promise<TestResult> {
    const subscription = inForce(readySubscription(row, this.config.WEBHOOK_SECRET_KEYS));
    const event = testEvent(row.account_id);
    const body = formats[row.format].body(event);
    const at = new Date();
    const content = { eventId: event.id, eventType: event.type, body, replay: false };
    const request = signedRequest(subscription, content, at);
    const result = await this.poster.post(request);
    await inTransaction(this.dataSource, (sql) =>
      logTestCall(sql, { subscription, event, body, at, result }),
    );
    this.report(subscription, event.id, result);
    return answer(event.id, request, subscription, result);
  }

  private report({ id, accountId }: Subscription, eventId: string, result: PostResult): void {
    const { delivered, statusCode, durationMs, phase, code, error } = result;
    this.calls.inc({ outcome: delivered ? 'delivered' : 'failed' });
    this.logger.info(
      { accountId, subscriptionId: id, eventId, statusCode, durationMs, ...(!delivered && { phase, code }) },
      delivered ? 'test call delivered' : `test call failed: ${error}`,
    );
  }
}

const answer = (
  id: string,
  request: SignedRequest,
  { headers: own }: Subscription,
  { delivered, statusCode, durationMs, phase, code, error, hint, ...result }: PostResult,
): TestResult => ({
  id,
  delivered,
  statusCode,
  durationMs,
  error,
  phase,
  code,
  hint,
  request: shownRequest(request, own),
  response: result.responseHeaders && {
    headers: keptHeaders(result.responseHeaders),
    body: result.answer ?? '',
  },
});
