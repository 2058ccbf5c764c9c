import {
  createSubscription,
  updateSubscription,
  type CommsEventV1,
  type DeliveryStatus,
  type NewSubscription,
  type SubscriptionChanges,
  type SubscriptionWithSecret,
} from '@qflow/contracts';
import { QFLOW_SIGNATURE_HEADER, verifyQflow } from '@qflow/signing';
import { commsEvent, webhookReceiver, type ReceivedRequest, type WebhookReceiver } from '@qflow/testing';
import { v7 as uuidv7 } from 'uuid';
import { WebhooksHarness } from '../webhooks-harness.js';

/** What creating answers, and for whom it was. */
export type Made = SubscriptionWithSecret & { accountId: string };

/** Webhooks and one receiver, with the gateway's questions about subscriptions at hand. */
export class SubscriptionsUnderTest {
  private constructor(
    readonly harness: WebhooksHarness,
    readonly receiver: WebhookReceiver,
  ) {}

  static async start(...replica: Parameters<typeof WebhooksHarness.start>): Promise<SubscriptionsUnderTest> {
    return new SubscriptionsUnderTest(await WebhooksHarness.start(...replica), await webhookReceiver());
  }

  async stop(): Promise<void> {
    await this.harness.stop();
    await this.receiver.close();
  }

  newSubscription(values: Partial<NewSubscription> = {}): NewSubscription {
    return {
      accountId: uuidv7(),
      id: uuidv7(),
      url: this.receiver.url,
      events: null,
      format: 'qflow',
      secret: null,
      description: null,
      headers: {},
      retry: {},
      asymmetric: false,
      ...values,
    };
  }

  async create(values: Partial<NewSubscription> = {}): Promise<Made> {
    const request = this.newSubscription(values);
    return { ...(await this.harness.rpc.ask(createSubscription, request)), accountId: request.accountId };
  }

  update(changes: SubscriptionChanges) {
    return this.harness.rpc.ask(updateSubscription, changes);
  }

  rowsOf(accountId: string): Promise<Record<string, unknown>[]> {
    return this.harness.query('SELECT * FROM subscriptions WHERE account_id = $1', [accountId]);
  }

  /** A line of the log, as the engine would have left it. */
  logged(
    { id, accountId }: Made,
    status: DeliveryStatus,
    at: number,
    attemptedAt: number | null = null,
  ): Promise<unknown> {
    return this.harness.query(
      `INSERT INTO deliveries (id, subscription_id, account_id, event_id, event_type, body, status, attempts,
              attempted_at, created_at)
       VALUES ($1, $2, $3, $1, 'comms.sent', '{}', $4, 1, $5, $6)`,
      [uuidv7({ msecs: at }), id, accountId, status, attemptedAt && new Date(attemptedAt), new Date(at)],
    );
  }

  /** Delivers one event of the account and answers the request in the Qflow format that came of it. */
  async delivered(accountId: string, values: Partial<CommsEventV1> = {}): Promise<ReceivedRequest> {
    const event = commsEvent({ accountId, id: uuidv7(), ...values });
    await this.harness.publish(event);
    return this.receiver.next(({ json }) => json.id === event.id);
  }
}

/** What of an answer is about the subscription itself. */
export const viewOf = ({ secret: _secret, accountId: _accountId, ...view }: Made) => view;

/** Whether a request in the Qflow format is signed with this secret. */
export const signedWith = ({ headers, body }: ReceivedRequest, secret: string): boolean =>
  verifyQflow({ header: headers[QFLOW_SIGNATURE_HEADER.toLowerCase()], body, secret }).valid;

export const notFound = { code: 'not_found', detail: 'There is no such webhook in this account.' };
