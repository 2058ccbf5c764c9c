import { CodedError, problemMediaType } from '@qflow/contracts';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { pageHeaders } from '../links/page.js';
import { unknownPage } from '../links/rsvp-pages.js';
import { problemBody } from './problem.js';

/** What Fastify refuses before any hook runs: here not even the request id is on the answer yet. */
export const refuseUrl = (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
  void reply.header('X-Request-Id', request.id);
  // A guest whose link was damaged on its way reads a page.
  if (request.url.startsWith('/rsvp/')) return void reply.code(404).headers(pageHeaders).send(unknownPage());
  const message =
    error.code === 'FST_ERR_MAX_PARAM_LENGTH'
      ? 'has a part that is too long to be an id'
      : 'is not a valid URL';
  const problem = new CodedError('validation_error', `The address ${message}.`, {
    errors: [{ path: '/', message: `address ${message}` }],
  });
  void reply.code(problem.status).type(problemMediaType).send(problemBody(problem, request.id));
};
