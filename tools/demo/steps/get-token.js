import { must, mustEqual } from '../deviation.js';
import { mask } from '../screen/wrap-json.js';

/**
 * Quick start 1: the password grant (RFC 6749 §4.3).
 * @param {import('../run-demo.js').Demo} demo
 */
export async function getToken({ stack, api, screen }) {
  screen.step('Get an OAuth bearer token');
  const { username, password, clientId, clientSecret } = stack.demo;
  const form = {
    grant_type: 'password',
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'qflowapi',
    username,
    password,
  };
  const { body } = await api.call('POST', '/core/connect/token', {
    form,
    shown: { ...form, client_secret: mask(clientSecret), password: mask(password) },
    tell: (token) => `${token.token_type} ${mask(token.access_token)}, expires in ${token.expires_in} s`,
  });
  must(body.access_token, 'The answer holds no "access_token".');
  mustEqual('"token_type"', body.token_type, 'Bearer');
  mustEqual('"expires_in"', body.expires_in, 3600);
  api.authorise(body.access_token);
}
