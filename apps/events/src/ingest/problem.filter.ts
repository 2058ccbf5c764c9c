import { Catch, HttpException, Inject, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { CodedError, problemMediaType } from '@qflow/contracts';
import { LOGGER } from '@qflow/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { ingestPath } from './guard-posts.js';
import { IngestMetrics } from './ingest-metrics.js';
import { ingestProblem } from './problem.js';
import { RefusedPost, tooLarge } from './refused-post.js';

/** Health and metrics have forms of their own, also for bad news. */
const ownForm = /^\/(?:health(?:\/|$)|metrics$)/;

/** Answers every refusal as a problem document, and counts those of posts. */
@Catch()
export class ProblemFilter extends BaseExceptionFilter {
  constructor(
    host: HttpAdapterHost,
    private readonly metrics: IngestMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super(host.httpAdapter);
  }

  override catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const path = request.url.split('?', 1)[0] ?? '';
    if (ownForm.test(path)) return super.catch(thrown, host);
    const error = errorOf(thrown, path);
    if (error instanceof RefusedPost) this.metrics.refusedPost(error.reason);
    this.log(thrown, error, request.id);
    if (reply.sent) return;
    void reply
      .headers(headersOf(error))
      .code(error.status)
      .type(problemMediaType)
      .send(JSON.stringify(ingestProblem(error, request.id)));
  }

  /**
   * An unauthentic post is worth a counter and nothing else: anyone can make as many as they like. That there are too
   * many posts is said once, by the one who counts them.
   */
  private log(thrown: unknown, error: CodedError, requestId: string): void {
    if (error.code === 'server_error')
      this.logger.error({ err: thrown, requestId }, 'a request failed unexpectedly');
    else if (error instanceof RefusedPost && error.reason === 'stream_unavailable')
      this.logger.warn(
        { requestId, cause: error.cause instanceof Error ? error.cause.message : undefined },
        'provider post refused, it will be repeated: its events could not be stored',
      );
    else if (error instanceof RefusedPost && error.reason === 'not_a_json_array')
      this.logger.warn({ requestId }, `authentic provider post refused: ${error.detail}`);
  }
}

function errorOf(thrown: unknown, path: string): CodedError {
  if (thrown instanceof CodedError) return thrown;
  const status = statusOf(thrown);
  if (status >= 500)
    return new CodedError('server_error', 'Something went wrong on our side. Repeat the post.');
  if (path !== ingestPath) return new CodedError('not_found', 'There is nothing at this address.');
  if (status === 404) return new CodedError('method_not_allowed', 'This address answers to POST.');
  if (status === 413) return tooLarge();
  return new RefusedPost(
    'unreadable_body',
    'validation_error',
    'The body broke off or is not what its headers say.',
    {
      errors: [{ path: '/', message: 'broke off or is not what the headers say' }],
    },
  );
}

/** Fastify marks what is wrong with a body, such as an error of a stream, with a status of its own. */
function statusOf(thrown: unknown): number {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const { statusCode } = (thrown ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : 500;
}

/** What a code says in headers besides the body. */
function headersOf(error: CodedError): Record<string, string> {
  const { retryAfter } = error.extras;
  return {
    ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
    ...(error.code === 'method_not_allowed' && { Allow: 'POST' }),
    // RFC 9110 §15.5.2: a 401 carries a challenge.
    ...(error.code === 'unauthorized' && { 'WWW-Authenticate': 'Twilio-Email-Event-Webhook-Signature' }),
  };
}
