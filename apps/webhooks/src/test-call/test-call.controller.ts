import { Controller } from '@nestjs/common';
import { testSubscription, testWebhook, type TestResult } from '@qflow/contracts';
import { Answers } from '@qflow/messaging';
import type { OfSubscription } from '../subscriptions/own-subscription.js';
import { TestWebhook } from './test-webhook.js';

/** Answers the gateway's test calls. */
@Controller()
export class TestCallController {
  constructor(private readonly testCall: TestWebhook) {}

  @Answers(testWebhook)
  default({ accountId }: { accountId: string }): Promise<TestResult> {
    return this.testCall.fireDefault(accountId);
  }

  @Answers(testSubscription)
  one(subscription: OfSubscription): Promise<TestResult> {
    return this.testCall.fireOne(subscription);
  }
}
