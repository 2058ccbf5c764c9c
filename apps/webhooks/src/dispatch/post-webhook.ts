import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { AttemptPhase } from '@qflow/contracts';
import { Metrics } from '@qflow/service';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from '../config.js';
import { Destinations } from '../destinations/destinations.js';
import { isClosed, type Answer } from './answer-reader.js';
import { Connections } from './connections.js';
import { Exchange } from './exchange.js';
import { explainFailure, type Failure } from './explain-failure.js';
import { explainStatus } from './explain-status.js';
import { keptBody } from './kept-answer.js';
import { parseRetryAfterMs } from './retry-after.js';
import type { SignedRequest } from './signed-request.js';

/** What came of one request. */
export interface PostResult {
  /** Whether the receiver answered 2xx. */
  delivered: boolean;
  /** Null where no answer came. */
  statusCode: number | null;
  durationMs: number;
  /** Where it failed; null when delivered. */
  phase: AttemptPhase | null;
  /** Stable name of the failure, such as `ECONNREFUSED`, `tls_expired` or `http_503`; null when delivered. */
  code: string | null;
  /** In words a person can act on; null when delivered. */
  error: string | null;
  /** What to do about it; null when delivered. */
  hint: string | null;
  /** The beginning of the answer's body; null where no answer came. */
  answer: string | null;
  /** The answer's headers as they came; null where no answer did. To be shown, they are cut (`keptHeaders`). */
  responseHeaders: IncomingHttpHeaders | null;
  /** What `Retry-After` asked for; 0 without it. */
  retryAfterMs: number;
}

/** Posts webhooks: over connections of the endpoint's own, to addresses that were vetted, in HTTP/1.1. */
@Injectable()
export class WebhookPoster {
  private readonly connections: Connections;

  constructor(
    @Inject(WEBHOOKS_CONFIG) private readonly config: WebhooksConfig,
    private readonly destinations: Destinations,
    metrics: Metrics,
  ) {
    this.connections = new Connections(destinations, config);
    metrics.gauge(
      'qflow_webhook_connections',
      'Connections to endpoints, idle ones included.',
      () => this.openConnections,
    );
  }

  get openConnections(): number {
    return this.connections.size;
  }

  /**
   * Never rejects: every failure is a result. Redirects are not followed. The status decides, and once it is here a body
   * that is too long, broken or never ends is cut and changes nothing.
   */
  async post(request: SignedRequest): Promise<PostResult> {
    const exchange = new Exchange(Math.min(request.timeoutMs, this.config.WEBHOOK_TIMEOUT_MS));
    try {
      const url = this.destinations.checkUrl(request.url);
      for (let kept = this.connections.takeIdle(url); ; kept = undefined) {
        const connection = kept ?? this.connections.open(url);
        try {
          const answer = await connection.send(request, exchange);
          if (answer.complete) this.connections.giveBack(url, connection);
          else connection.close();
          return answered(answer, url, exchange.durationMs);
        } catch (error) {
          // The receiver let go of an idle connection just when we used it: no fault of either, so not an attempt yet. Over
          // a new connection the next try is: one that dies of the request is not to get it over each of those kept.
          if (!kept || !isClosed(error)) throw error;
        }
      }
    } catch (error) {
      return unanswered(explainFailure(error, exchange), exchange.durationMs);
    } finally {
      exchange.end();
    }
  }

  /** Closes every connection; attempts that are under way fail. */
  close(): void {
    this.connections.close();
    this.destinations.close();
  }
}

function answered({ status, headers, body }: Answer, url: Readonly<URL>, durationMs: number): PostResult {
  const delivered = status >= 200 && status < 300;
  const failure = delivered ? none : explainStatus(status, headers.location, url);
  return {
    ...failure,
    delivered,
    statusCode: status,
    durationMs,
    answer: keptBody(body, headers),
    responseHeaders: headers,
    retryAfterMs: parseRetryAfterMs(headers['retry-after']),
  };
}

const none = { phase: null, code: null, error: null, hint: null };

const unanswered = (failure: Failure, durationMs: number): PostResult => ({
  ...failure,
  delivered: false,
  statusCode: null,
  durationMs,
  answer: null,
  responseHeaders: null,
  retryAfterMs: 0,
});
