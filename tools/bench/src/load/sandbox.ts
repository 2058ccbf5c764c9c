/** Of `PUT /faults`; each a probability. */
export interface Faults {
  readonly rate429: number;
  readonly rate500: number;
  readonly rateReset: number;
  readonly rateTimeoutAfterAccept: number;
  readonly duplicateEvents: number;
  readonly shuffleEvents: number;
  readonly seed: number;
}

/** An e-mail that the provider has taken: the names of the events of its life; a temporary bounce is `blocked`. */
export type Taken = readonly string[];

interface Listed {
  messages: { to: string; customArgs: { qflow_send_id?: string }; events: string[] }[];
  next: string | null;
}

const pageSize = 1_000;

/** The list tells names only, and the name of both kinds is `bounce`. */
const blockedForBounce = (event: string): string => (event === 'bounce' ? 'blocked' : event);

/** The provider's own account of what it was given. */
export class Sandbox {
  constructor(private readonly url: string) {}

  async setFaults(faults: Faults): Promise<void> {
    const answer = await fetch(`${this.url}/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(faults),
    });
    if (!answer.ok) throw new Error(`The sandbox refuses the faults: ${await answer.text()}`);
  }

  /** Events that it has not managed to post yet. */
  async eventsWaiting(): Promise<number> {
    const { events } = await this.#get<{ events: { queued: number } }>('/inbox/stats');
    return events.queued;
  }

  /** Sends of which a recipient got more than one e-mail. */
  async duplicates(): Promise<number> {
    const { duplicates } = await this.#get<{ duplicates: number }>('/inbox/stats');
    return duplicates;
  }

  /** Everything it has taken, by send. */
  async taken(): Promise<Map<string, Taken[]>> {
    const bySend = new Map<string, Taken[]>();
    for (let after: string | null = ''; after !== null;) {
      const page: Listed = await this.#get(
        `/inbox/messages?limit=${pageSize}${after && `&after=${encodeURIComponent(after)}`}`,
      );
      for (const { to, customArgs, events } of page.messages) {
        const sendId = customArgs.qflow_send_id ?? '';
        const told = to.startsWith('blocked+') ? events.map(blockedForBounce) : events;
        bySend.set(sendId, [...(bySend.get(sendId) ?? []), told]);
      }
      after = page.next;
    }
    return bySend;
  }

  async #get<Body>(path: string): Promise<Body> {
    const answer = await fetch(`${this.url}${path}`);
    if (!answer.ok) throw new Error(`The sandbox answered GET ${path} with ${answer.status}.`);
    return (await answer.json()) as Body;
  }
}
