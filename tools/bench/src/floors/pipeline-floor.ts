/** CPU seconds that one of each costs when bare libraries do it. */
export interface StepCosts {
  /** HTTP request, validation, batched insert, and asking it. */
  readonly accept: number;
  /** Rendering, POST, and taking it. */
  readonly mail: number;
  /** One event of a post: signature check, parsing, publishing. */
  readonly event: number;
  /** Signing, POST, receiving and checking it, batched insert. */
  readonly delivery: number;
}

/** processed and delivered; sent and delivered. */
const [eventsPerSend, deliveriesPerSend] = [2, 2];

/** CPU seconds of a whole send that consists of its bare steps: no state in between, no queues, no accounts. */
export const bareSend = ({ accept, mail, event, delivery }: StepCosts): number =>
  accept + mail + eventsPerSend * event + deliveriesPerSend * delivery;

/** Sends a second, if all cores did nothing else. */
export const pipelineFloor = (costs: StepCosts, cores: number): number => cores / bareSend(costs);
