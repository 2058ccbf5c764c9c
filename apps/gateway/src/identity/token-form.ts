import OAuth2Server from '@node-oauth/oauth2-server';
import { grants } from './oauth-model.js';

const { InvalidRequestError, UnsupportedGrantTypeError } = OAuth2Server;

/** Longer than any real password or token; a bound on what is hashed for a stranger. */
const maxLength = 4096;

/**
 * The parameters of a token request, each given once (RFC 6749 §3.2).
 * @throws InvalidRequestError or UnsupportedGrantTypeError of the OAuth library
 */
export function readTokenForm(body: unknown): Record<string, string> {
  const form: Record<string, string> = {};
  for (const [name, value] of Object.entries((body ?? {}) as Record<string, unknown>)) {
    if (Array.isArray(value))
      throw new InvalidRequestError(`Invalid request: \`${name}\` is given more than once`);
    if (typeof value !== 'string') throw new InvalidRequestError(`Invalid parameter: \`${name}\``);
    if (value.length > maxLength) throw new InvalidRequestError(`Invalid parameter: \`${name}\` is too long`);
    form[name] = value;
  }
  if (!form.grant_type) throw new InvalidRequestError('Missing parameter: `grant_type`');
  if (!grants.includes(form.grant_type))
    throw new UnsupportedGrantTypeError(`Unsupported grant type: use one of ${grants.join(', ')}`);
  return form;
}
