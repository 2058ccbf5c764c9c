import OAuth2Server from '@node-oauth/oauth2-server';
import type { TokenErrorBody } from '../problem/token-error.js';

/** What the OAuth endpoints look at of a request. */
export interface OAuthRequest {
  headers: Record<string, string | undefined>;
  /** A form, parsed. */
  body: unknown;
  /** Who sends it: wrong guesses are counted for this address. */
  ip: string;
}

export interface OAuthAnswer<Body> {
  status: number;
  headers: Record<string, string>;
  body: Body;
}

/**
 * Answers what the OAuth library, or we in its words, have against a request.
 * @throws what is no fault of the request, such as a database that is away
 */
export function refusalOf(error: unknown): OAuthAnswer<TokenErrorBody> {
  if (!(error instanceof OAuth2Server.OAuthError)) throw error;
  // What the library did not expect it wraps as its own server error.
  if (error instanceof OAuth2Server.ServerError) throw unwrapped(error);
  // RFC 6749 §5.2: a client that failed to authenticate gets 401; RFC 9110 §15.5.2: which carries a challenge.
  const isClient = error instanceof OAuth2Server.InvalidClientError;
  return {
    status: isClient ? 401 : error.code,
    headers: isClient ? { 'WWW-Authenticate': 'Basic realm="qflow"' } : {},
    body: { error: error.name, error_description: error.message },
  };
}

function unwrapped(error: OAuth2Server.ServerError): Error {
  const { inner } = error as { inner?: unknown };
  return inner instanceof Error ? inner : error;
}
