import { once } from 'node:events';
import { createServer } from 'node:http';
import { performance } from 'node:perf_hooks';
import { verifySignature } from './verify-signature.js';

const PATH = '/qflow/webhook';

/**
 * @typedef {object} Received A genuine webhook.
 * @property {string} signature `X-Qflow-Signature`.
 * @property {string} webhookId `X-Qflow-Webhook-Id`.
 * @property {string} eventType `X-Qflow-Event`.
 * @property {string} body As it arrived.
 * @property {number} at On the clock of `performance.now()`.
 * @property {boolean} again Whether it had been here before, under the same id.
 *
 * @typedef {object} Handlers
 * @property {(received: Received) => void} genuine
 * @property {(reason: string) => void} refused
 */

/** Names of this machine that lead nowhere else. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/i;

/**
 * The integrator's own endpoint: raw body, signature, dedupe, 200.
 * @param {string} host This machine as the stack reaches it. What is not loopback is listened for on all interfaces.
 * @param {Handlers} handlers
 */
export async function startReceiver(host, { genuine, refused }) {
  /** Ids seen: a webhook that is retried keeps its id. */
  const seen = new Set();
  let secret;

  const receive = (request, body) => {
    const at = performance.now();
    // What an earlier run has left to be retried may come before the secret is known: ask for it again later.
    if (secret === undefined) return 503;
    const signature = request.headers['x-qflow-signature'] ?? '';
    const reason = verifySignature(secret, signature, body);
    if (reason) {
      refused(reason);
      return 401;
    }
    const webhookId = request.headers['x-qflow-webhook-id'];
    const again = seen.has(webhookId);
    seen.add(webhookId);
    genuine({ signature, webhookId, eventType: request.headers['x-qflow-event'], body, at, again });
    return 200;
  };

  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const ours = request.method === 'POST' && request.url === PATH;
    response.writeHead(ours ? receive(request, Buffer.concat(chunks).toString('utf8')) : 404).end();
  });
  server.listen(0, LOOPBACK.test(host) ? host.replace(/[[\]]/g, '') : undefined);
  await once(server, 'listening');
  return {
    url: `http://${host}:${server.address().port}${PATH}`,
    /** @param {string} value */
    useSecret: (value) => void (secret = value),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
