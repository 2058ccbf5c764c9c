import { randomUUID } from 'node:crypto';
import { guestBody } from '../../load/ticket.js';
import { defineRow } from '../../row.js';
import { runAccepting } from '../accepting/run-accepting.js';
import { summariseAccepting } from '../accepting/summarise.js';

const options = {
  connections: { doc: 'calls under way at any moment', default: 64, min: 1 },
  seconds: { doc: 'length of a slice, of which there are two', default: 6, min: 1 },
};

const target = { share: 0.6 };

/** targets.md: "accept alone, POST /api/guest, single: ≥ 60 % of bare Fastify + one batched insert". */
export const accept = defineRow({
  name: 'accept',
  summary: 'POST /api/guest by itself: 60 % of bare Fastify with one batched insert',
  options,
  async run(stack, { connections: lanes, seconds }, report) {
    const accepted = await runAccepting(stack, report, {
      kind: 'accept',
      calls: (integrator, ids) => ({
        ...{ path: '/api/guest', lanes, seconds },
        body: () => guestBody(integrator, randomUUID(), 'guest@sandbox.test', { mail: false }),
        take: (text) => void ids.push((JSON.parse(text) as { id: string }).id),
      }),
    });
    return summariseAccepting({
      ...accepted,
      ...{ guestsPerCall: 1, target },
      note: `one guest a call, without an e-mail (what accepting one with an e-mail takes is told by pipeline and latency), ${lanes} calls under way: throughput at saturation, and the latencies of that; in turn with the floor`,
    });
  },
});
