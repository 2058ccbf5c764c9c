import OAuth2Server from '@node-oauth/oauth2-server';
import { grants } from './oauth-model.js';
import type { OAuthRequest } from './oauth-answer.js';

const { InvalidRequestError, UnsupportedGrantTypeError } = OAuth2Server;

/** What the OAuth endpoints read of a form. Anything else in it is ignored (RFC 6749 §3.2). */
const parameters = [
  'grant_type',
  'client_id',
  'client_secret',
  'scope',
  'username',
  'password',
  'refresh_token',
  'token',
  'token_type_hint',
] as const;

export type OAuthForm = Partial<Record<(typeof parameters)[number], string>>;

/** Longer than any real password or token; a bound on what is hashed for a stranger. */
const maxLength = 4096;

/** Control characters, and what a decoder leaves where bytes were no UTF-8. */
const unreadable = /[\p{Cc}\p{Cs}\uFFFD]/u;

const formType = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/**
 * The parameters of a request, each given once; one without a value counts as not given (RFC 6749 §3.2).
 * @throws InvalidRequestError of the OAuth library
 */
export function readForm({ headers, body }: Pick<OAuthRequest, 'headers' | 'body'>): OAuthForm {
  if (!formType.test(headers['content-type'] ?? ''))
    throw new InvalidRequestError(
      'Invalid request: send the parameters as application/x-www-form-urlencoded',
    );
  const sent = (body ?? {}) as Record<string, unknown>;
  const form: OAuthForm = {};
  for (const name of parameters) {
    const value = Object.hasOwn(sent, name) ? textOf(name, sent[name]) : '';
    if (value !== '') form[name] = value;
  }
  return form;
}

/**
 * The same, of a token request.
 * @throws InvalidRequestError or UnsupportedGrantTypeError of the OAuth library
 */
export function readTokenForm(request: Pick<OAuthRequest, 'headers' | 'body'>): OAuthForm {
  const form = readForm(request);
  if (!form.grant_type) throw new InvalidRequestError('Missing parameter: `grant_type`');
  if (!grants.includes(form.grant_type))
    throw new UnsupportedGrantTypeError(`Unsupported grant type: use one of ${grants.join(', ')}`);
  return form;
}

function textOf(name: string, value: unknown): string {
  if (Array.isArray(value))
    throw new InvalidRequestError(`Invalid request: \`${name}\` is given more than once`);
  if (typeof value !== 'string') throw new InvalidRequestError(`Invalid parameter: \`${name}\``);
  if (value.length > maxLength) throw new InvalidRequestError(`Invalid parameter: \`${name}\` is too long`);
  if (unreadable.test(value))
    throw new InvalidRequestError(
      `Invalid parameter: \`${name}\` holds control characters or is not valid UTF-8`,
    );
  return value;
}
