import type { IncomingMessage } from 'node:http';
import { CodedError } from '@qflow/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AllowedMethods } from './allowed-methods.js';

/** What can be said of a request from its head alone, before its body is read or its caller known. */
export function refuseEarly(fastify: FastifyInstance, allowed: AllowedMethods): void {
  fastify.addHook('onRequest', (request, reply, next) => {
    if (request.method === 'OPTIONS') return answerOptions(request, reply, allowed, next);
    next(flawOf(request, reply));
  });
}

/** RFC 9110 §9.3.7. A preflight of CORS has been answered before; here somebody asks what there is. */
function answerOptions(
  request: FastifyRequest,
  reply: FastifyReply,
  allowed: AllowedMethods,
  next: () => void,
): void {
  const methods = allowed.of(pathOf(request));
  // Left to the 404 of every unknown address.
  if (methods.length === 0) return next();
  void reply.code(204).header('Allow', methods.join(', ')).send();
}

function flawOf(request: FastifyRequest, reply: FastifyReply): CodedError | undefined {
  const { 'content-encoding': encoding } = request.headers;
  const hosts = hostsOf(request.raw);
  // RFC 9112 §3.2. Node would answer by itself, without a body, to none, and take the first of several.
  if (hosts === 0 && request.raw.httpVersion === '1.1') return wrongHost('is required');
  if (hosts > 1) return wrongHost('must be given once');
  if (encoding === undefined || encoding.toLowerCase() === 'identity' || request.is404) return undefined;
  // RFC 9110 §15.5.16: says which coding would do.
  void reply.header('Accept-Encoding', 'identity');
  return new CodedError(
    'unsupported_media_type',
    'Send the body as it is: Content-Encoding is not supported.',
  );
}

const hostsOf = ({ rawHeaders }: IncomingMessage): number =>
  rawHeaders.filter((name, index) => index % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host')
    .length;

const wrongHost = (message: string): CodedError =>
  new CodedError('validation_error', `The Host header ${message}.`, { errors: [{ path: '/Host', message }] });

/** Without its query. */
export const pathOf = ({ url }: FastifyRequest): string => url.split('?', 1)[0] as string;
