import { randomUUID } from 'node:crypto';
import type { EventType } from '@qflow/contracts';
import type { Audience } from '../../load/steady-load.js';
import { addEndpoints } from '../../stack/add-endpoints.js';
import type { BenchStack } from '../../stack/bench-stack.js';

/**
 * Each slice publishes events of its own type, and who is in it follows from what it subscribes to: the accounts and
 * the watched endpoints stay the same, and the sick of one slice get nothing in the next.
 */
export const healthyType: EventType = 'comms.sent';
export const sickTypes: readonly EventType[] = [
  ...(['comms.delivered', 'comms.opened', 'comms.clicked', 'comms.deferred'] as const),
  ...(['comms.bounced', 'comms.dropped', 'comms.skipped', 'comms.failed'] as const),
];

/** Shares of the endpoints that hang until the time-out, and that refuse connections. */
const hanging = 0.2;
const refusing = 0.1;

export interface Scene {
  /** The accounts with those of their endpoints that are well all the time. Only these are measured. */
  readonly watched: readonly Audience[];
  /** Endpoints that each event reaches, whichever slice it is of. */
  readonly perEvent: number;
  /** How many of them are sick in a slice that has sick ones. */
  readonly sickPerEvent: number;
  /** Subscriptions of the sick, of all slices. */
  readonly sick: readonly string[];
}

export interface SceneOptions {
  readonly endpoints: number;
  readonly accounts: number;
  /** How many slices have sick endpoints. */
  readonly sickSlices: number;
}

/** Sets up the accounts with their endpoints. */
export async function setScene(stack: BenchStack, options: SceneOptions): Promise<Scene> {
  const perEvent = Math.max(1, Math.round(options.endpoints / options.accounts));
  const [hang, refuse] = [Math.round(perEvent * hanging), Math.round(perEvent * refusing)];
  const sickPerEvent = hang + refuse;
  const watched: Audience[] = [];
  const sick: string[] = [];
  for (let made = 0; made < options.accounts; made++) {
    const accountId = randomUUID();
    const all = { accountId, events: ['comms.*'], group: 'watched' };
    const well = await addEndpoints(stack, { ...all, count: perEvent - sickPerEvent });
    watched.push({ accountId, endpoints: well.map(({ name }) => name) });
    // In the slices without sick ones they take their places, so that the load is the same.
    await addEndpoints(stack, { ...all, events: [healthyType], group: 'stand-ins', count: sickPerEvent });
    for (const type of sickTypes.slice(0, options.sickSlices)) {
      const ill = { accountId, events: [type], group: 'sick' };
      const hung = await addEndpoints(stack, { ...ill, behaviour: 'hangs', count: hang });
      const refused = await addEndpoints(stack, { ...ill, behaviour: 'refuses', count: refuse });
      sick.push(...[...hung, ...refused].map(({ subscriptionId }) => subscriptionId));
    }
  }
  return { watched, perEvent, sickPerEvent, sick };
}
