import OAuth2Server from '@node-oauth/oauth2-server';
import type { OAuthRequest } from './oauth-answer.js';
import type { OAuthForm } from './token-form.js';

const { InvalidClientError, InvalidRequestError } = OAuth2Server;

export interface ClientCredentials {
  id: string;
  secret: string;
}

/** RFC 6749, appendices A.1 and A.2. */
const printable = /^[\x20-\x7E]+$/;

/**
 * The credentials a client sent, in the form or as HTTP Basic (RFC 6749 §2.3.1). Basic credentials should be
 * form-encoded inside, and many clients send them as they are: both readings are answered, where they differ.
 * @throws InvalidClientError, InvalidRequestError of the OAuth library
 */
export function readClientCredentials(
  { headers }: Pick<OAuthRequest, 'headers'>,
  form: OAuthForm,
): ClientCredentials[] {
  const readings = /^Basic /i.test(headers.authorization ?? '')
    ? basicCredentials(headers.authorization as string, form)
    : formCredentials(form);
  const usable = readings.filter(({ id, secret }) => printable.test(id) && printable.test(secret));
  if (usable.length === 0) throw new InvalidClientError('Invalid client: client is invalid');
  return usable;
}

function formCredentials({ client_id: id, client_secret: secret }: OAuthForm): ClientCredentials[] {
  if (!id || !secret)
    throw new InvalidClientError('Invalid client: send client_id and client_secret, or HTTP Basic');
  return [{ id, secret }];
}

function basicCredentials(header: string, form: OAuthForm): ClientCredentials[] {
  if (form.client_secret)
    throw new InvalidRequestError('Invalid request: send client credentials in one way only');
  const [, id, secret] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(header.slice('Basic '.length), 'base64').toString()) ?? [];
  if (!id || !secret) throw new InvalidClientError('Invalid client: client is invalid');
  const plain = { id, secret };
  const decoded = { id: formDecoded(id), secret: formDecoded(secret) };
  const readings = decoded.id === id && decoded.secret === secret ? [plain] : [plain, decoded];
  const named = readings.filter((reading) => !form.client_id || reading.id === form.client_id);
  if (named.length === 0)
    throw new InvalidRequestError('Invalid request: `client_id` is not the one of the Authorization header');
  return named;
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
