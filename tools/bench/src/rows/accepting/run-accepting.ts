import { askFloor } from '../../floors/ask-floor.js';
import type { FloorFigure } from '../../floors/floor.js';
import type { ServerFloor } from '../../floors/protocol.js';
import { withFloor } from '../../floors/with-floor.js';
import { GatewayTables } from '../../load/gateway-tables.js';
import { Integrator } from '../../load/integrator.js';
import { ticketScene } from '../../load/ticket.js';
import type { Report } from '../../row.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { alternate } from '../alternate.js';
import { callGateway, together, type Calls, type Together } from './calls.js';

export interface Accepting {
  readonly kind: ServerFloor['kind'];
  /** @param accepted Takes the id of each guest that is promised. */
  readonly calls: (integrator: Integrator, accepted: string[]) => Calls;
}

export interface Accepted {
  readonly own: Together;
  readonly floors: readonly FloorFigure[];
  /** Guests that were promised with a 200 and are not stored. */
  readonly missing: readonly string[];
}

const warmUpSeconds = 3;

/** Creates guests as fast as the gateway takes them, in turn with the floor, and looks for each of them afterwards. */
export async function runAccepting(
  stack: BenchStack,
  report: Report,
  { kind, calls: callsOf }: Accepting,
): Promise<Accepted> {
  report.detail('an account and an event');
  const { databaseUrl } = stack.info;
  const integrator = await Integrator.enter(stack, { ...ticketScene, webhook: false });
  const tables = new GatewayTables(databaseUrl);
  const accepted: string[] = [];
  const calls = callsOf(integrator, accepted);
  const asking = { connections: calls.lanes, body: calls.body, signal: stack.signal };
  try {
    const { floors, owns } = await withFloor(stack, { kind, databaseUrl }, async (floor) => {
      report.detail('warming up');
      await callGateway(stack, integrator, { ...calls, seconds: warmUpSeconds });
      await askFloor(floor, { ...asking, seconds: warmUpSeconds });
      return alternate(
        () => {
          report.detail('what bare Fastify does');
          return askFloor(floor, { ...asking, seconds: calls.seconds / 2 });
        },
        () => {
          report.detail('what the gateway does');
          return callGateway(stack, integrator, calls);
        },
      );
    });
    report.detail('looking for each guest');
    return { own: together(owns), floors, missing: await tables.missingGuests(accepted) };
  } finally {
    await integrator.close();
    await tables.close();
  }
}
