import type { IdsFor } from '../cases/valid-values.js';

/** Which kind of thing a field holds the id of; what `id` and `email` are the ids of is told by the address. */
const kinds: Readonly<Record<string, string>> = {
  eventId: 'event',
  attendeeId: 'guest',
  templateId: 'template',
  commsTemplateId: 'template',
  attendeeInvitationId: 'send',
  uid: 'webhook',
  webhookId: 'webhook',
  deliveryId: 'delivery',
  replayId: 'replay',
};

/** The address part whose `{id}` or `{token}`, or whose answer's `id` it is; the last match counts. */
const segments: readonly [segment: RegExp, kind: string][] = [
  [/\/events?(\/|$)/, 'event'],
  [/\/guests?(\/|$)/, 'guest'],
  [/\/templates?(\/|$)/, 'template'],
  [/\/sends?(\/|$)/, 'send'],
  [/\/keys(\/|$)/, 'key'],
  [/\/webhooks(\/|$)/, 'webhook'],
  [/\/deliveries(\/|$)/, 'delivery'],
  [/\/replays?(\/|$)/, 'replay'],
  [/\/notices?(\/|$)/, 'notice'],
  // What a test call answers is the id of its event, which no route takes.
  [/\/webhooks\/.*\/test$/, 'event of a test'],
  [/\/users(\/|$)/, 'user'],
  [/\/enterprises(\/|$)/, 'enterprise'],
  [/\/clients(\/|$)/, 'client'],
  [/\/suppressions?(\/|$)/, 'suppression'],
  [/^\/qr\//, 'qr'],
  [/^\/rsvp\//, 'rsvp'],
  [/^\/unsubscribe\//, 'unsubscribe'],
];

/** Links that a text shows to a guest. */
const guestLink = /\/(qr|rsvp|unsubscribe)\/([\w-]{20,})/g;

/** @returns undefined for a field that holds no id */
function kindOf(path: string, field: string): string | undefined {
  const kind = segments.filter(([segment]) => segment.test(path)).at(-1)?.[1] ?? 'other';
  if (field === 'id' || field === 'token' || (field === 'email' && kind === 'suppression')) return kind;
  return kinds[field];
}

/** Beyond this the oldest are forgotten: recent things have more to tell. */
const kept = 200;

const uuids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** What the server has created and told, so that later requests are about things that exist. */
export class KnownIds {
  private readonly ids = new Map<string, string[]>();
  /** Below which id another one was told, such as a delivery below its webhook. */
  private readonly parents = new Map<string, string>();

  /** @param values by field, such as the credentials of a client */
  constructor(private readonly values: Readonly<Record<string, string>> = {}) {}

  /** Takes every id of a successful answer. */
  learn(path: string, body: unknown): void {
    if (Array.isArray(body)) for (const one of body) this.learn(path, one);
    else if (typeof body === 'object' && body !== null)
      for (const [field, value] of Object.entries(body)) {
        if (typeof value === 'string') this.learnText(path, field, value);
        else if (typeof value === 'object') this.learn(path, value);
      }
  }

  private learnText(path: string, field: string, value: string): void {
    this.add(kindOf(path, field), value);
    for (const [, kind, token] of value.matchAll(guestLink)) this.add(kind, token as string);
  }

  /** Takes where the things of an answer are. @param address as it was sent */
  learnPlaces(address: string, body: unknown): void {
    const [parent] = address.match(uuids) ?? [];
    if (parent === undefined) return;
    const things = (body as { data?: unknown } | null)?.data ?? body;
    for (const { id } of [things ?? {}].flat() as { id?: unknown }[])
      if (typeof id === 'string' && !address.includes(id)) this.parents.set(id, parent);
  }

  /** The address with what belongs together: of a delivery and a webhook, the webhook is the delivery's own. */
  together(address: string): string {
    const [first, second] = address.match(uuids) ?? [];
    const parent = second && this.parents.get(second);
    return first && parent ? address.replace(first, parent) : address;
  }

  /** Lets go of what was deleted. @param address of the request that did it */
  forget(address: string): void {
    const gone = new Set<string>(address.match(uuids));
    for (const [kind, known] of this.ids)
      this.ids.set(
        kind,
        known.filter((id) => !gone.has(id)),
      );
  }

  /** Takes the cursor of a list's next page. */
  learnCursor(path: string, cursor: string | null | undefined): void {
    if (cursor) this.add(`${path} after`, cursor);
  }

  /** What fits a field of a request to this address. */
  for(path: string): IdsFor {
    return (field) => {
      const value = this.values[field];
      if (value !== undefined) return [value];
      // Of an address with several ids, each is told by what stands before it.
      const place = path.split(`{${field}}`, 1)[0] as string;
      return this.ids.get((field === 'after' ? `${path} after` : kindOf(place, field)) ?? '') ?? [];
    };
  }

  private add(kind: string | undefined, id: string): void {
    if (kind === undefined) return;
    const known = this.ids.get(kind) ?? [];
    if (known.includes(id)) return;
    this.ids.set(kind, [...known, id].slice(-kept));
  }
}
