/** What arrived of one webhook at one endpoint. */
interface Arrivals {
  /** When it first came, on the clock of `nowMicros`. */
  readonly first: number;
  /** When it came again; mostly it does not. */
  again?: number[];
  readonly digest: string;
}

/** A webhook that came to an endpoint more than once. */
export interface Repeat {
  readonly endpoint: string;
  readonly id: string;
  /** Each time it came. */
  readonly at: readonly number[];
}

/** Webhooks that each of the endpoints should have had by now. */
export interface Expected {
  readonly endpoints: readonly string[];
  readonly ids: readonly string[];
}

/** What came of what was expected. */
export interface Account {
  readonly expected: number;
  readonly arrived: number;
  readonly lost: number;
  /** The first few that are missing, as `endpoint id`. */
  readonly missing: readonly string[];
  /** Arrived although nobody expected them there. */
  readonly unexpected: number;
}

const examples = 10;

/** What has arrived where, and how often. */
export class Ledger {
  readonly #endpoints = new Map<string, Map<string, Arrivals>>();
  #arrivals = 0;

  /** Everything that has arrived, repetitions included. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /**
   * @param digest Of the body: under one id it has to stay the same.
   * @returns `first`, `again`, or `changed` when it came before with another body
   */
  enter(endpoint: string, id: string, digest: string, at: number): 'first' | 'again' | 'changed' {
    this.#arrivals += 1;
    const webhooks = this.#of(endpoint);
    const known = webhooks.get(id);
    if (!known) {
      webhooks.set(id, { first: at, digest });
      return 'first';
    }
    (known.again ??= []).push(at);
    return known.digest === digest ? 'again' : 'changed';
  }

  /** How many different webhooks have come to an endpoint. */
  distinct(endpoint: string): number {
    return this.#of(endpoint).size;
  }

  repeats(): Repeat[] {
    const all: Repeat[] = [];
    for (const [endpoint, webhooks] of this.#endpoints)
      for (const [id, { first, again }] of webhooks)
        if (again) all.push({ endpoint, id, at: [first, ...again] });
    return all;
  }

  /** Holds what has arrived against what should have. Endpoints that nobody names here are left out. */
  account(expectations: readonly Expected[]): Account {
    const missing: string[] = [];
    let [expected, lost] = [0, 0];
    const named = new Set<string>();
    for (const { endpoints, ids } of expectations)
      for (const endpoint of endpoints) {
        named.add(endpoint);
        const arrived = this.#of(endpoint);
        const absent = ids.filter((id) => !arrived.has(id));
        expected += ids.length;
        lost += absent.length;
        missing.push(...absent.slice(0, examples - missing.length).map((id) => `${endpoint} ${id}`));
      }
    const there = [...named].reduce((sum, endpoint) => sum + this.distinct(endpoint), 0);
    const arrived = expected - lost;
    return { expected, arrived, lost, missing, unexpected: there - arrived };
  }

  #of(endpoint: string): Map<string, Arrivals> {
    let webhooks = this.#endpoints.get(endpoint);
    if (!webhooks) this.#endpoints.set(endpoint, (webhooks = new Map<string, Arrivals>()));
    return webhooks;
  }
}
