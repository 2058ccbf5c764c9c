import { type ArgumentsHost, Catch, HttpException, Logger } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import { InvalidRequest } from './invalid-request.js';
import { SendGridError } from './sendgrid-error.js';
import { sendGridWords } from './sendgrid-words.js';
import { UnmetExpectation } from './unmet-expectation.js';

/** The routes under `/v3` and the methods that each of them has. */
const METHODS: readonly (readonly [route: RegExp, methods: string])[] = [
  [/^\/v3\/mail\/send$/, 'POST'],
  [/^\/v3\/user\/webhooks\/event\/settings\/signed$/, 'GET'],
  [/^\/v3\/whitelabel\/domains$/, 'GET, POST'],
  [/^\/v3\/whitelabel\/domains\/[^/]+$/, 'GET, DELETE'],
  [/^\/v3\/whitelabel\/domains\/[^/]+\/validate$/, 'POST'],
];

/** What problem details (RFC 9457) of the sandbox have; the rest belongs to a certain kind. */
interface Problem {
  status: number;
  detail: string;
  [member: string]: unknown;
}

/**
 * Gives errors their form: SendGrid's under `/v3`, problem details (RFC 9457) for the sandbox's own routes.
 * Health and metrics keep what they say.
 */
@Catch()
export class ErrorFilter extends BaseExceptionFilter {
  private readonly logger = new Logger(ErrorFilter.name);

  override catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const path = request.url.split('?', 1)[0] ?? '';
    if (reply.sent) return;
    if (path.startsWith('/v3/') || error instanceof SendGridError)
      this.answerLikeSendGrid(error, path, reply);
    else if (path === '/health' || path.startsWith('/health/') || path === '/metrics')
      super.catch(error, host);
    else this.answerProblem(error, reply);
  }

  private answerLikeSendGrid(error: unknown, path: string, reply: FastifyReply): void {
    const status = error instanceof HttpException ? error.getStatus() : undefined;
    const methods = METHODS.find(([route]) => route.test(path))?.[1];
    if (error instanceof SendGridError) {
      void reply.code(error.status).send(error.body());
    } else if (status === 404 && methods !== undefined) {
      void reply
        .code(405)
        .header('allow', methods)
        .send(SendGridError.of(405, sendGridWords(405)).body());
    } else {
      const known = status ?? this.report(error);
      void reply.code(known).send(SendGridError.of(known, sendGridWords(known)).body());
    }
  }

  private answerProblem(error: unknown, reply: FastifyReply): void {
    const problem = this.problemOf(error);
    void reply
      .code(problem.status)
      .type('application/problem+json')
      .send({ type: 'about:blank', title: STATUS_CODES[problem.status], ...problem });
  }

  private problemOf(error: unknown): Problem {
    if (error instanceof UnmetExpectation) return { status: 409, detail: error.message, ...error.found };
    if (error instanceof InvalidRequest) {
      return { status: 400, detail: 'The request has values that make no sense.', errors: error.errors };
    }
    if (error instanceof HttpException) return { status: error.getStatus(), detail: error.message };
    return { status: this.report(error), detail: 'The sandbox failed; its log says why.' };
  }

  private report(error: unknown): 500 {
    this.logger.error(error instanceof Error ? error : new Error(String(error)));
    return 500;
  }
}
