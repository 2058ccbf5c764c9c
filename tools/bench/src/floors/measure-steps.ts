import { randomUUID } from 'node:crypto';
import { guestBody, ticketScene } from '../load/ticket.js';
import type { BenchStack } from '../stack/bench-stack.js';
import { askFloor } from './ask-floor.js';
import { deliverSpec, ingestSpec } from './floor-specs.js';
import type { Floor, FloorFigure } from './floor.js';
import type { StepCosts } from './pipeline-floor.js';
import { withFloor } from './with-floor.js';

/** A second or two of each. */
const [askedSeconds, deliveries, posts, mails] = [2, 10_000, 200, 5_000];
const [connections, endpoints, eventsPerPost] = [64, 4, 100];
const pair = { eventId: randomUUID(), commsTemplateId: randomUUID() };

/** What each step of a send costs when bare libraries do it, one after the other, each in a process of its own. */
export async function measureSteps(stack: BenchStack): Promise<StepCosts> {
  const { databaseUrl } = stack.info;
  const accept = await withFloor(stack, { kind: 'accept', databaseUrl }, (floor) =>
    askForGuests(stack, floor),
  );
  const mail = await withFloor(stack, { kind: 'mail', template: ticketScene.template }, (floor) =>
    floor.run(mails),
  );
  const post = await withFloor(stack, ingestSpec(stack, eventsPerPost), (floor) => floor.run(posts));
  const delivery = await withFloor(stack, await deliverSpec(stack, endpoints), (floor) =>
    floor.run(deliveries),
  );
  return {
    ...{ accept: accept.cpuSeconds, mail: mail.cpuSeconds },
    ...{ event: post.cpuSeconds / eventsPerPost, delivery: delivery.cpuSeconds },
  };
}

async function askForGuests({ signal }: BenchStack, floor: Floor): Promise<FloorFigure> {
  const body = () => guestBody({ pair }, randomUUID(), 'guest@sandbox.test');
  const asking = { connections, body, signal };
  // The compiler gets to know the loop.
  await askFloor(floor, { ...asking, seconds: askedSeconds / 2 });
  return askFloor(floor, { ...asking, seconds: askedSeconds });
}
