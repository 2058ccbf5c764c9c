import { randomUUID } from 'node:crypto';
import {
  cancelReplay,
  CodedError,
  createSubscription,
  deleteSubscription,
  deleteWebhook,
  deliveryStatuses,
  getDelivery,
  getSubscription,
  getSubscriptionStats,
  getWebhook,
  invalidField,
  listDeliveries,
  listReplays,
  listSubscriptions,
  retryDelivery,
  rotateSubscription,
  rotateWebhook,
  setWebhook,
  startReplay,
  testSubscription,
  testWebhook,
  typesNamed,
  updateSubscription,
  type DeliveryDetail,
  type NewSubscription,
  type ReplayView,
  type SubscriptionStats,
  type SubscriptionView,
  type SubscriptionWithSecret,
  type TestResult,
} from '@qflow/contracts';
import { pageOf, type Answering } from './fake-sender.js';

type Owned = SubscriptionWithSecret & { accountId: string };
type OwnedReplay = ReplayView & { subscriptionId: string };
type OwnedDelivery = DeliveryDetail & { subscriptionId: string };

const now = '2026-04-29T10:23:00.000Z';
const maxSubscriptions = 20;

/** The webhooks service, as plain as it can be: subscriptions, their log, replays. */
export class FakeWebhooks {
  /** The single webhook's URL, by account. */
  readonly urls = new Map<string, string>();
  readonly subscriptions = new Map<string, Owned>();
  /** Newest first. */
  readonly deliveries: OwnedDelivery[] = [];
  readonly replays: OwnedReplay[] = [];
  /** Everything that was asked, by the subject of the question. */
  readonly asked: { subject: string; request: Record<string, unknown> }[] = [];
  /** What the next test calls find. */
  result: TestResult = delivered();

  constructor(private readonly answering: Answering) {
    this.answerSingle();
    this.answerSubscriptions();
    this.answerChanges();
    this.answerLog();
    this.answerReplays();
  }

  /** A delivery that is there from now on. */
  delivery(subscriptionId: string, values: Partial<DeliveryDetail> = {}): DeliveryDetail {
    const made: OwnedDelivery = {
      id: randomUUID(),
      subscriptionId,
      eventId: randomUUID(),
      type: 'comms.delivered',
      status: 'dead',
      origin: 'event',
      replayOf: null,
      recoveredAt: null,
      attendeeInvitationId: null,
      correlationId: 'order-123',
      created: now,
      nextAttemptAt: null,
      attempts: [
        {
          attempt: 1,
          at: now,
          durationMs: 41,
          statusCode: 503,
          code: 'http_503',
          error: 'No.',
          answer: 'no',
        },
      ],
      body: '{}',
      ...values,
    };
    this.deliveries.unshift(made);
    return detailOf(made);
  }

  /** What was asked with this subject, newest last. */
  requestsOf({ subject }: { subject: string }): Record<string, unknown>[] {
    return this.asked.filter((one) => one.subject === subject).map(({ request }) => request);
  }

  private readonly answer: Answering = (rpc, how) =>
    this.answering(rpc, (request) => {
      this.asked.push({ subject: rpc.subject, request: request as Record<string, unknown> });
      return how(request);
    });

  private answerSingle(): void {
    const withSecret = (accountId: string, url: string) => {
      this.urls.set(accountId, url);
      return { url, secret: 'a'.repeat(64) };
    };
    this.answer(setWebhook, ({ accountId, url }) => withSecret(accountId, url));
    this.answer(getWebhook, ({ accountId }) => {
      const url = this.urls.get(accountId);
      return url === undefined ? null : { url };
    });
    this.answer(rotateWebhook, ({ accountId }) => withSecret(accountId, this.urls.get(accountId) ?? ''));
    this.answer(testWebhook, () => this.result);
    this.answer(deleteWebhook, ({ accountId }) => {
      this.urls.delete(accountId);
      return { deleted: true };
    });
  }

  private answerSubscriptions(): void {
    this.answer(createSubscription, (request) => {
      const there = this.subscriptions.get(request.id);
      if (there?.accountId === request.accountId) return secretOf(there);
      checkEvents(request.events ?? []);
      if (this.of(request.accountId).length >= maxSubscriptions)
        throw new CodedError(
          'webhook_limit',
          'The account has 20 webhooks, which is as many as it may have.',
        );
      const made = subscriptionOf(request);
      this.subscriptions.set(made.id, made);
      return secretOf(made);
    });
    this.answer(listSubscriptions, ({ accountId }) => this.of(accountId).map(viewOf));
    this.answer(getSubscription, (key) => viewOf(this.owned(key)));
    this.answer(deleteSubscription, (key) => {
      this.subscriptions.delete(this.owned(key).id);
      return { deleted: true };
    });
  }

  private answerChanges(): void {
    this.answer(updateSubscription, ({ accountId, id, headers, retry, ...changes }) => {
      checkEvents(changes.events ?? []);
      const before = this.owned({ accountId, id });
      Object.assign(before, changes, headers && { headerNames: Object.keys(headers) });
      if (retry) before.retry = { ...before.retry, ...retry };
      const missed = changes.active ? { since: now, deliveries: 17 } : null;
      return { ...viewOf(before), missed };
    });
    this.answer(rotateSubscription, ({ overlapSeconds, ...key }) => {
      const owned = this.owned(key);
      owned.secret = 'b'.repeat(64);
      owned.previousSecretUntil = overlapSeconds > 0 ? now : null;
      return secretOf(owned);
    });
    this.answer(testSubscription, (key) => {
      this.owned(key);
      return this.result;
    });
    this.answer(getSubscriptionStats, ({ accountId, subscriptionId, since }): SubscriptionStats => {
      this.owned({ accountId, id: subscriptionId });
      return { ...noStats, since: since ?? now };
    });
  }

  private answerLog(): void {
    this.answer(listDeliveries, ({ accountId, subscriptionId, status, type, after, limit }) => {
      this.owned({ accountId, id: subscriptionId });
      const found = this.deliveries
        .filter((one) => one.subscriptionId === subscriptionId)
        .filter((one) => (status === null || one.status === status) && (type === null || one.type === type));
      const { items, next } = pageOf(found, { after, limit });
      return { items: items.map(({ body: _, subscriptionId: __, ...view }) => view), next };
    });
    this.answer(getDelivery, (key) => detailOf(this.ownedDelivery(key)));
    this.answer(retryDelivery, ({ newId, ...key }) => {
      const found = this.ownedDelivery(key);
      if (!this.subscriptions.get(key.subscriptionId)?.active) throw disabled();
      const there = this.deliveries.find(({ id }) => id === newId);
      const repeated =
        there ??
        this.delivery(key.subscriptionId, {
          ...detailOf(found),
          id: newId,
          status: 'pending',
          origin: 'replay',
          replayOf: found.id,
          attempts: [],
        });
      const { body: _, ...view } = detailOf({ ...repeated, subscriptionId: '' });
      return view;
    });
  }

  private answerReplays(): void {
    this.answer(startReplay, ({ accountId, subscriptionId, id, since, until, status }) => {
      const { active } = this.owned({ accountId, id: subscriptionId });
      const there = this.replays.find((one) => one.id === id);
      if (there) return replayOf(there);
      if (!active) throw disabled();
      if (until !== null && until <= since) throw invalidField('/until', 'must be after /since');
      if (this.replays.some((one) => one.subscriptionId === subscriptionId && one.state === 'running'))
        throw new CodedError('replay_running', 'A replay of this webhook is under way.');
      const replay = { id, since, until: until ?? now, status, deliveries: 0, created: now, finished: null };
      this.replays.unshift({ ...replay, state: 'running', subscriptionId });
      return { ...replay, state: 'running' };
    });
    this.answer(listReplays, ({ accountId, subscriptionId }) => {
      this.owned({ accountId, id: subscriptionId });
      return this.replays.filter((one) => one.subscriptionId === subscriptionId).map(replayOf);
    });
    this.answer(cancelReplay, ({ accountId, subscriptionId, id }) => {
      this.owned({ accountId, id: subscriptionId });
      const found = this.replays.find((one) => one.subscriptionId === subscriptionId && one.id === id);
      if (!found) throw new CodedError('not_found', 'The replay does not exist.');
      Object.assign(found, { state: 'cancelled', finished: now });
      return replayOf(found);
    });
  }

  private of(accountId: string): Owned[] {
    return [...this.subscriptions.values()].filter((one) => one.accountId === accountId);
  }

  private owned({ accountId, id }: { accountId: string; id: string }): Owned {
    const found = this.subscriptions.get(id);
    if (found?.accountId !== accountId) throw new CodedError('not_found', 'The webhook does not exist.');
    return found;
  }

  private ownedDelivery(key: { accountId: string; subscriptionId: string; id: string }): OwnedDelivery {
    this.owned({ accountId: key.accountId, id: key.subscriptionId });
    const found = this.deliveries.find(
      ({ id, subscriptionId }) => id === key.id && subscriptionId === key.subscriptionId,
    );
    if (!found) throw new CodedError('not_found', 'The delivery does not exist.');
    return found;
  }
}

const subscriptionOf = (request: NewSubscription): Owned => ({
  accountId: request.accountId,
  id: request.id,
  url: request.url,
  format: request.format,
  events: request.events ?? ['comms.*', 'contact.*'],
  description: request.description,
  headerNames: Object.keys(request.headers),
  retry: { delaysSeconds: [5, 30], timeoutSeconds: 15, disableAfter: null, ...request.retry },
  active: true,
  disabledReason: null,
  disabledAt: null,
  failures: 0,
  lastSuccessAt: null,
  lastFailureAt: null,
  publicKey: request.asymmetric ? 'whpk_AAAA' : null,
  previousSecretUntil: null,
  isDefault: false,
  created: now,
  updated: now,
  secret: request.secret ?? randomUUID().replaceAll('-', '').repeat(2),
});

const secretOf = ({ accountId: _, ...view }: Owned): SubscriptionWithSecret => view;
const viewOf = ({ accountId: _, secret: __, ...view }: Owned): SubscriptionView => view;
const detailOf = ({ subscriptionId: _, ...detail }: OwnedDelivery): DeliveryDetail => detail;
const replayOf = ({ subscriptionId: _, ...replay }: OwnedReplay): ReplayView => replay;

const disabled = (): CodedError => new CodedError('webhook_disabled', 'This webhook is disabled.');

function checkEvents(events: readonly string[]): void {
  const unknown = events.findIndex((name) => typesNamed(name).length === 0);
  if (unknown !== -1) throw invalidField(`/events/${unknown}`, 'is not an event type');
}

export const delivered = (): TestResult => ({
  id: randomUUID(),
  delivered: true,
  statusCode: 200,
  durationMs: 12,
  error: null,
  phase: null,
  code: null,
  hint: null,
  request: { url: 'https://example.com/', headers: { 'x-qflow-event': 'comms.test' }, body: '{}' },
  response: { headers: { 'content-type': 'text/plain' }, body: 'ok' },
});

const noStats: SubscriptionStats = {
  since: now,
  until: now,
  deliveries: 0,
  truncated: false,
  byStatus: {
    ...(Object.fromEntries(deliveryStatuses.map((one) => [one, 0])) as SubscriptionStats['byStatus']),
  },
  successRate: null,
  latencyMs: null,
  attemptsPerDelivery: null,
  waiting: 0,
  lastError: null,
};
