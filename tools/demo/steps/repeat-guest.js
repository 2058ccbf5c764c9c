import { mustEqual } from '../deviation.js';

/**
 * Idempotency: the same request again, as after a time-out. That it added no e-mail shows when the resend, which
 * queues up behind it, is through.
 * @param {import('../run-demo.js').Demo} demo
 * @param {{ json: object, guest: object }} created
 */
export async function repeatGuest({ api, screen }, { json, guest }) {
  screen.step('Send the same request again');
  const { body } = await api.call('POST', '/api/guest', {
    json,
    tell: ({ barcode }) => `the guest of before, barcode ${barcode}`,
  });
  mustEqual('The guest', body, guest);
  screen.verified('same id, same guest');
}
