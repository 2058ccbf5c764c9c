import { mustEqual } from './deviation.js';

/**
 * A last look at all that has arrived, and what it comes to.
 * @param {import('./run-demo.js').Demo} demo
 * @param {{ mailUrl: string, replaced: string | undefined }} found
 * @throws {import('./deviation.js').Deviation} when something arrived that should not have.
 */
export function summarise({ stack, screen, receiver, arrivals, run }, { mailUrl, replaced }) {
  arrivals.check();
  const accepted = ['comms.delivered', 'comms.sent'];
  mustEqual('The events of the guest', arrivals.typesOf(`order-${run}`), accepted);
  mustEqual('The events of the resend', arrivals.typesOf(`resend-${run}`), accepted);
  mustEqual('The events of the bounce', arrivals.typesOf(`bounce-${run}`), ['comms.bounced', 'comms.sent']);
  const { genuine, again } = arrivals.counts;
  const latencies = arrivals
    .latencies()
    .map(Math.round)
    .sort((a, b) => a - b);
  const median = latencies[Math.ceil(latencies.length / 2) - 1];
  const tick = screen.paint('green', '✓');
  const repeats = again > 0 ? `, ${again} of them a repeat with the same id` : '';
  const before = replaced ? `\n  Before the demo it was ${replaced}.` : '';
  screen.print();
  screen.title('Everything was as documented.');
  screen.print(`
  ${tick} ${genuine} webhooks, every signature verified${repeats}; forged and replayed copies refused
  ${tick} 3 sends, 3 e-mails, and each event exactly once; the repeated POST sent nothing
  ${tick} merge tokens filled in; a bounce reported, and a resend to that address refused with 422

  From POST to webhook: p50 ${median} ms, max ${latencies.at(-1)} ms (${latencies.length} events)

  The e-mail      ${mailUrl}
  API reference   ${stack.gateway}/docs

  The account's webhook is now ${receiver.url}, where nobody listens any more.${before}
  Register your own with POST /api/comms/webhook; events that have not been taken until then go there.
`);
}
