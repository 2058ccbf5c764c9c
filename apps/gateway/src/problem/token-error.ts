import type { CodedError } from '@qflow/contracts';
import type { FastifyRequest } from 'fastify';

/** An error of the token endpoint (RFC 6749 §5.2), which has a form of its own. */
export interface TokenErrorBody {
  error: string;
  error_description: string;
}

export const tokenEndpointPath = '/core/connect/token';

export const revocationEndpointPath = '/core/connect/revocation';

const oauthPaths: readonly (string | undefined)[] = [tokenEndpointPath, revocationEndpointPath];

/** The token endpoint and its neighbour, which speaks like it (RFC 7009 §2.2.1). */
export const isTokenEndpoint = ({ url, routeOptions }: FastifyRequest): boolean =>
  // The route is unknown where another method was asked for; the path may be written in more than one way.
  oauthPaths.includes(routeOptions.url) || oauthPaths.includes(url.split('?')[0]);

/**
 * RFC 6749 §5.2 has no words for a server's own trouble; these are the ones of §4.1.2.1, and of RFC 8628 §3.5 for
 * whoever asks too often.
 */
const names: Partial<Record<CodedError['code'], string>> = {
  server_error: 'server_error',
  unavailable: 'temporarily_unavailable',
  rate_limit: 'slow_down',
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
