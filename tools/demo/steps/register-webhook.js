import { must, mustEqual } from '../deviation.js';
import { mask } from '../screen/wrap-json.js';
import { verifySignature } from '../receiver/verify-signature.js';

/**
 * Quick start 3: registers the receiver, stores the secret and tries the verifier.
 * @param {import('../run-demo.js').Demo} demo
 */
export async function registerWebhook({ api, screen, receiver, arrivals }) {
  screen.step('Register your webhook endpoint');
  const before = await api.call('GET', '/api/comms/webhook', {
    expect: [200, 404],
    tell: ({ url }) => `${url} is registered, and replaced now`,
  });
  const { url } = receiver;
  const { body } = await api.call('POST', '/api/comms/webhook', {
    json: { url },
    tell: ({ secret }) => `secret ${mask(secret)}, shown this once: store it`,
  });
  mustEqual('"url"', body.url, url);
  must(/^[0-9a-f]{64}$/.test(body.secret), 'The "secret" must be 64 lower-case hexadecimal digits.');
  receiver.useSecret(body.secret);
  const { body: later } = await api.call('GET', '/api/comms/webhook', {
    tell: () => 'the URL, without the secret',
  });
  mustEqual('The webhook, read later,', later, { url });
  await tryVerifier({ api, screen, arrivals, secret: body.secret });
  return { replaced: before.status === 200 ? before.body.url : undefined };
}

/** The test call goes through the whole signing pipeline; then the same request, forged, must not pass. */
async function tryVerifier({ api, screen, arrivals, secret }) {
  const { body: result } = await api.call('POST', '/api/comms/webhook/test', {
    tell: ({ statusCode, durationMs }) =>
      `our receiver answered ${statusCode} in ${Math.round(durationMs)} ms`,
  });
  const { error, hint } = result;
  must(result.delivered, `The test event did not arrive here: ${error}.${hint ? ` ${hint}` : ''}`);
  mustEqual('"statusCode"', result.statusCode, 200);
  const { signature, body, webhookId } = await arrivals.test();
  mustEqual('"id" of the answer', result.id, webhookId);
  const t = Number(/t=(\d+)/.exec(signature)[1]);
  const forgeries = {
    'changed in one byte': verifySignature(secret, signature, body.replace('comms.test', 'comms.tesT'), t),
    'signed with another secret': verifySignature('0'.repeat(64), signature, body, t),
    'replayed 301 s later': verifySignature(secret, signature, body, t + 301),
  };
  for (const [name, reason] of Object.entries(forgeries))
    must(reason, `The verifier let a request pass that was ${name}.`);
  screen.verified(`the verifier refuses it when ${Object.keys(forgeries).join(', ')}`);
}
