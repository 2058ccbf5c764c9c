import {
  Catch,
  Inject,
  NotFoundException,
  ServiceUnavailableException,
  type ArgumentsHost,
  type ExceptionFilter,
  type HttpException,
} from '@nestjs/common';
import { CodedError, problemMediaType } from '@qflow/contracts';
import { LOGGER } from '@qflow/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { Unauthorized } from '../identity/unauthorized.js';
import { Overloaded } from '../limits/admission.js';
import { AllowedMethods } from './allowed-methods.js';
import { codedErrorOf } from './coded-error-of.js';
import { pathOf } from './refuse-early.js';
import { isTokenEndpoint, tokenErrorOf } from './token-error.js';
import { problemBody } from './problem.js';

/** Answers every error of every route: what a handler threw, what the framework refused, what nobody expected. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly bodyLimit: string;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(AllowedMethods) private readonly allowed: AllowedMethods,
    @Inject(GATEWAY_CONFIG) { BODY_LIMIT_KB }: Pick<GatewayConfig, 'BODY_LIMIT_KB'>,
  ) {
    this.bodyLimit = `${BODY_LIMIT_KB} KB`;
  }

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (isHealthAnswer(thrown, request))
      return void reply.code(thrown.getStatus()).send(thrown.getResponse());
    const error = this.methodNotAllowed(thrown, request, reply) ?? codedErrorOf(thrown, this.bodyLimit);
    this.log(thrown, error, request);
    // A handler that answers by itself may have failed half way; a second answer would only break the first.
    if (reply.sent) return;
    for (const [name, value] of Object.entries(headersOf(error))) void reply.header(name, value);
    if (isTokenEndpoint(request)) answerTokenError(reply, error);
    else {
      const body = problemBody(error, request.id, request.url);
      void reply.code(error.status).type(problemMediaType).send(body);
    }
  }

  /** A path that is known, but not by this method. */
  private methodNotAllowed(
    thrown: unknown,
    request: FastifyRequest,
    reply: FastifyReply,
  ): CodedError | undefined {
    if (!(thrown instanceof NotFoundException)) return undefined;
    const methods = this.allowed.of(pathOf(request));
    // A wildcard may be known and yet lead to nothing, such as a file of /docs that is not there.
    if (methods.length === 0 || methods.includes(request.method)) return undefined;
    void reply.header('Allow', methods.join(', '));
    return new CodedError('method_not_allowed', `This address answers to ${methods.join(', ')}.`);
  }

  private log(thrown: unknown, error: CodedError, request: FastifyRequest): void {
    // Thousands a second at worst; told together, see `refusalLog`.
    if (error instanceof Overloaded) return;
    const fields = { err: (thrown as { cause?: unknown })?.cause ?? thrown, requestId: request.id };
    if (error.code === 'server_error') this.logger.error(fields, 'a request failed unexpectedly');
    else if (error.code === 'unavailable')
      this.logger.warn(fields, 'a request was refused: a dependency is down');
  }
}

/** An unready replica is no error: `/health/ready` says in its own form, by status and by name, what is missing. */
const isHealthAnswer = (thrown: unknown, request: FastifyRequest): thrown is HttpException =>
  thrown instanceof ServiceUnavailableException && request.url.startsWith('/health/');

/** What a code says in headers besides the body. */
function headersOf(error: CodedError): Record<string, string> {
  const headers: Record<string, string> = {};
  if (error.extras.retryAfter !== undefined) headers['Retry-After'] = String(error.extras.retryAfter);
  // RFC 9110 §15.5.2: a 401 carries a challenge.
  if (error instanceof Unauthorized) headers['WWW-Authenticate'] = error.challenge;
  return headers;
}

function answerTokenError(reply: FastifyReply, error: CodedError): void {
  const { status, body } = tokenErrorOf(error);
  void reply.code(status).header('Cache-Control', 'no-store').send(body);
}
