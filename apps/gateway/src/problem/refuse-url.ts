import { CodedError, problemMediaType } from '@qflow/contracts';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { corsHeaders } from '../cors/enable-cors.js';
import type { AllowedOrigins } from '../cors/origins.js';
import { pageHeaders } from '../links/page.js';
import { isPagePath } from '../links/page-paths.js';
import { unknownPage } from '../links/trouble-pages.js';
import { problemBody } from './problem.js';

type RefuseUrl = (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => void;

/** Answers what Fastify refuses before any hook runs: here not even the request id is on the answer yet. */
export const refuseUrl =
  (origins: AllowedOrigins): RefuseUrl =>
  (error, request, reply) => {
    void reply.headers({ 'X-Request-Id': request.id, ...corsHeaders(origins, request.headers.origin) });
    // A guest whose link was damaged on its way reads a page.
    if (isPagePath(request.url)) return void reply.code(404).headers(pageHeaders).send(unknownPage());
    const message =
      error.code === 'FST_ERR_MAX_PARAM_LENGTH'
        ? 'has a part that is too long to be an id'
        : 'is not a valid URL';
    const problem = new CodedError('validation_error', `The address ${message}.`, {
      errors: [{ path: '/', message: `address ${message}` }],
    });
    void reply
      .code(problem.status)
      .type(problemMediaType)
      .send(problemBody(problem, request.id, request.url));
  };
