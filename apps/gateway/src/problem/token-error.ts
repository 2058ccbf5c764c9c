import type { CodedError } from '@qflow/contracts';
import type { FastifyRequest } from 'fastify';

/** An error of the token endpoint (RFC 6749 §5.2), which has a form of its own. */
export interface TokenErrorBody {
  error: string;
  error_description: string;
}

export const tokenEndpointPath = '/core/connect/token';

export const isTokenEndpoint = (request: FastifyRequest): boolean =>
  request.url.split('?')[0] === tokenEndpointPath;

/** RFC 6749 §5.2 has no words for a server's own trouble; these are the ones of §4.1.2.1. */
const names: Partial<Record<CodedError['code'], string>> = {
  server_error: 'server_error',
  unavailable: 'temporarily_unavailable',
};

const formOnly = 'Send the parameters as application/x-www-form-urlencoded.';

/** What the framework or a dependency made of a token request, in the token endpoint's form. */
export function tokenErrorOf(error: CodedError): { status: number; body: TokenErrorBody } {
  const status = error.code === 'unsupported_media_type' ? 400 : error.status;
  const isBody = error.code === 'validation_error' || error.code === 'unsupported_media_type';
  return {
    status,
    body: {
      error: names[error.code] ?? 'invalid_request',
      error_description: isBody ? formOnly : error.detail,
    },
  };
}
