import { setMaxListeners } from 'node:events';
import { Integrator } from '../../load/integrator.js';
import { Sandbox } from '../../load/sandbox.js';
import { SenderTables } from '../../load/sender-tables.js';
import { ticketScene } from '../../load/ticket.js';
import { defineRow } from '../../row.js';
import { sendLoadSettings, Sends } from '../with-sends.js';
import { probe } from './probe.js';
import { summarise } from './summarise.js';

const options = {
  rate: { doc: 'guests per second: about twice what the machine can take', default: 3_000, min: 1 },
  seconds: { doc: 'how long', default: 30, min: 3 },
  connections: {
    doc: 'connections at the most; what is beyond waits, and its latency counts all the same',
    default: 512,
    min: 1,
  },
  usual: { doc: 'guests per second before and after', default: 200, min: 1 },
  seed: { doc: 'of the arrivals', default: 1 },
};

const usualSeconds = 8;

/** Issue: "twice the capacity: accepted work is still finished, refused work gets 429/503 fast, memory is flat". */
export const overload = defineRow({
  name: 'overload',
  summary:
    'at twice what can be done, what is accepted is done, the rest refused at once, and afterwards all is as before',
  options,
  settings: () => sendLoadSettings,
  async run(stack, chosen, report) {
    setMaxListeners(0, stack.signal);
    const integrator = await Integrator.enter(stack, ticketScene, chosen.connections);
    const tables = new SenderTables(stack.info.databaseUrl);
    const sandbox = new Sandbox(stack.info.sandbox);
    try {
      const sends = new Sends(stack, report, integrator, sandbox, tables);
      await sends.warmUp();
      const usual = { perSecond: chosen.usual, seconds: usualSeconds };
      const before = await sends.load({ ...usual, phase: 'before', seed: chosen.seed });
      const probing = new AbortController();
      const seen = probe(stack.info.gateway, AbortSignal.any([probing.signal, stack.signal]));
      const during = await sends.load({
        perSecond: chosen.rate,
        seconds: chosen.seconds,
        phase: 'overload',
        seed: chosen.seed + 1,
      });
      probing.abort();
      const after = await sends.load({ ...usual, phase: 'after', seed: chosen.seed + 2 });
      return await summarise(stack, { ...chosen, before, during, after, seen: await seen });
    } finally {
      await integrator.close();
      await tables.close();
    }
  },
});
