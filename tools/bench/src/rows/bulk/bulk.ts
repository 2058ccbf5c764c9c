import { randomUUID } from 'node:crypto';
import { guestBody } from '../../load/ticket.js';
import { defineRow } from '../../row.js';
import { runAccepting } from '../accepting/run-accepting.js';
import { summariseAccepting } from '../accepting/summarise.js';

const options = {
  connections: { doc: 'calls under way at any moment', default: 4, min: 1 },
  guests: { doc: 'guests a call', default: 200, min: 1 },
  seconds: { doc: 'length of a slice, of which there are two', default: 5, min: 1 },
};

const target = { perSecond: 6_000 };

/** targets.md: "bulk accept, 200 a call: ≥ 6,000 guests/s, each row validated". */
export const bulk = defineRow({
  name: 'bulk',
  summary: 'POST /api/guests/{eventId} with 200 guests a call: 6,000 guests/s, each validated',
  options,
  async run(stack, { connections: lanes, guests, seconds }, report) {
    const accepted = await runAccepting(stack, report, {
      kind: 'bulk',
      calls: (integrator, ids) => {
        const guest = () => guestBody(integrator, randomUUID(), 'guest@sandbox.test', { mail: false });
        return {
          ...{ path: `/api/guests/${integrator.pair.eventId}`, lanes, seconds },
          body: () => `[${Array.from({ length: guests }, guest).join(',')}]`,
          take: (text) => takeCreated(text, ids),
        };
      },
    });
    return summariseAccepting({
      ...accepted,
      ...{ guestsPerCall: guests, target },
      note: `${guests} guests a call, without e-mails, ${lanes} calls under way; latencies are those of a call; in turn with the floor`,
    });
  },
});

/** @throws Error where a guest was not created */
function takeCreated(text: string, ids: string[]): void {
  for (const { id, status } of JSON.parse(text) as { id: string; status: string }[]) {
    if (status !== 'created') throw new Error(`A guest was ${status}.`);
    ids.push(id);
  }
}
