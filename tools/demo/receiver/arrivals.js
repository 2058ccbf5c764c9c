import { performance } from 'node:perf_hooks';
import { Deviation, must, mustEqual } from '../deviation.js';
import { milliseconds } from '../screen/screen.js';
import { checkPayload } from './check-payload.js';

const WAIT_SECONDS = 30;

/**
 * The events that have arrived, by the correlation id of the POST that caused them: the caller chooses it, so an
 * event that overtakes the answer is known all the same.
 */
export class Arrivals {
  /** When each POST left. @type {Map<string, number>} */
  #posted = new Map();
  /** @type {{ type: string, data: Record<string, string | null>, ms: number }[]} */
  #events = [];
  #test;
  #failure;
  #watchers = new Set();
  #screen;
  counts = { genuine: 0, again: 0 };

  /** @param {import('../screen/screen.js').Screen} screen */
  constructor(screen) {
    this.#screen = screen;
  }

  /** To be called right before the POST. @param {string} correlationId */
  posting(correlationId) {
    this.#posted.set(correlationId, performance.now());
  }

  /** @param {import('./receiver.js').Received} received */
  genuine(received) {
    try {
      this.#take(received);
    } catch (error) {
      this.fail(error);
    }
    this.#watchers.forEach((watch) => watch());
  }

  /** From now on every wait fails with this. @param {Error} error */
  fail(error) {
    this.#failure ??= error;
    this.#watchers.forEach((watch) => watch());
  }

  /**
   * Waits until every type has arrived once, in whichever order: the guide promises none.
   * @param {string} correlationId
   * @param {string[]} types
   * @throws {Deviation} when one is missing after 30 seconds.
   */
  async ofPost(correlationId, types) {
    const arrived = () => this.#of(correlationId);
    const missing = () => types.filter((type) => !arrived().some((event) => event.type === type));
    const complaint = () => {
      const so = arrived().map(({ type }) => type);
      return `No ${missing().join(' and no ')} for ${correlationId} within ${WAIT_SECONDS} s; what arrived: ${so.join(', ') || 'nothing'}.`;
    };
    await this.#until(() => missing().length === 0, complaint);
    return arrived();
  }

  /** @param {string} correlationId @returns {string[]} the types of its events so far, sorted. */
  typesOf(correlationId) {
    return this.#of(correlationId)
      .map(({ type }) => type)
      .sort();
  }

  /** Waits for the event of the test call. @returns {Promise<import('./receiver.js').Received>} */
  async test() {
    await this.#until(
      () => this.#test,
      () => `No comms.test within ${WAIT_SECONDS} s.`,
    );
    return this.#test;
  }

  /** Milliseconds from the POST to the event, for every event of ours. */
  latencies() {
    return this.#events.map(({ ms }) => ms);
  }

  /** @throws {Deviation} when anything that arrived was not as documented. */
  check() {
    if (this.#failure) throw this.#failure;
  }

  #of(correlationId) {
    return this.#events.filter(({ data }) => data.correlationId === correlationId);
  }

  #take(received) {
    const { type, data } = checkPayload(received);
    this.counts.genuine += 1;
    const posted = this.#posted.get(data.correlationId);
    if (received.again) this.#again(type);
    else if (type === 'comms.test') this.#testArrived(received);
    else if (posted === undefined)
      this.#screen.event(type, 'signature valid  of a send from before this demo');
    else this.#ofOurs({ type, data, ms: received.at - posted });
  }

  #testArrived(received) {
    this.#test = received;
    this.#screen.event('comms.test', 'signature valid');
  }

  #ofOurs(event) {
    const { type, data, ms } = event;
    this.#screen.event(type, `signature valid  ${milliseconds(ms)} after the POST  ${data.correlationId}`);
    const twin = this.#events.find(
      (one) => one.type === type && one.data.correlationId === data.correlationId,
    );
    must(
      !twin,
      `A second ${type} for ${data.correlationId} has arrived, under another id: it happened once.`,
    );
    this.#events.push(event);
  }

  /** At least once is what is promised: the same id again is what receivers dedupe. */
  #again(type) {
    this.counts.again += 1;
    this.#screen.event(type, 'signature valid  seen before, ignored');
  }

  async #until(condition, complaint) {
    let watch;
    let timer;
    try {
      await new Promise((resolve, reject) => {
        watch = () => {
          if (this.#failure) reject(this.#failure);
          else if (condition()) resolve();
        };
        timer = setTimeout(() => reject(new Deviation(complaint())), WAIT_SECONDS * 1000);
        this.#watchers.add(watch);
        watch();
      });
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(watch);
    }
  }
}

/**
 * Checks that events name what the POST was about.
 * @param {{ type: string, data: Record<string, string | null> }[]} events
 * @param {Record<string, string>} wanted Of their `data`.
 * @throws {Deviation}
 */
export function mustTellOf(events, wanted) {
  for (const { type, data } of events)
    for (const [name, value] of Object.entries(wanted)) mustEqual(`"${name}" of ${type}`, data[name], value);
}
