import { CodedError, problemMediaType } from '@qflow/contracts';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { problemBody } from './problem.js';

/** What Fastify refuses before any hook runs: here not even the request id is on the answer yet. */
export const refuseUrl = (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
  const message =
    error.code === 'FST_ERR_MAX_PARAM_LENGTH'
      ? 'has a part that is too long to be an id'
      : 'is not a valid URL';
  const problem = new CodedError('validation_error', `The address ${message}.`, {
    errors: [{ path: '/', message: `address ${message}` }],
  });
  void reply
    .code(problem.status)
    .header('X-Request-Id', request.id)
    .type(problemMediaType)
    .send(problemBody(problem, request.id));
};
