import type { IdsFor } from '../cases/valid-values.js';

/** Which kind of thing a field holds the id of; what `id` and `email` are the ids of is told by the address. */
const kinds: Readonly<Record<string, string>> = {
  eventId: 'event',
  attendeeId: 'guest',
  templateId: 'template',
  commsTemplateId: 'template',
  attendeeInvitationId: 'send',
};

/** The address part whose `{id}` or `{token}`, or whose answer's `id` it is; the last match counts. */
const segments: readonly [segment: RegExp, kind: string][] = [
  [/\/events?(\/|$)/, 'event'],
  [/\/guests?(\/|$)/, 'guest'],
  [/\/templates?(\/|$)/, 'template'],
  [/\/sends?(\/|$)/, 'send'],
  [/\/keys(\/|$)/, 'key'],
  [/\/users(\/|$)/, 'user'],
  [/\/enterprises(\/|$)/, 'enterprise'],
  [/\/clients(\/|$)/, 'client'],
  [/\/suppressions?(\/|$)/, 'suppression'],
  [/^\/qr\//, 'qr'],
  [/^\/rsvp\//, 'rsvp'],
];

/** Links that a text shows to a guest. */
const guestLink = /\/(qr|rsvp)\/([\w-]{20,})/g;

/** @returns undefined for a field that holds no id */
function kindOf(path: string, field: string): string | undefined {
  const kind = segments.filter(([segment]) => segment.test(path)).at(-1)?.[1] ?? 'other';
  if (field === 'id' || field === 'token' || (field === 'email' && kind === 'suppression')) return kind;
  return kinds[field];
}

/** Beyond this the oldest are forgotten: recent things have more to tell. */
const kept = 200;

/** What the server has created and told, so that later requests are about things that exist. */
export class KnownIds {
  private readonly ids = new Map<string, string[]>();

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

  /** Takes the cursor of a list's next page. */
  learnCursor(path: string, cursor: string | null | undefined): void {
    if (cursor) this.add(`${path} after`, cursor);
  }

  /** What fits a field of a request to this address. */
  for(path: string): IdsFor {
    return (field) => {
      const value = this.values[field];
      if (value !== undefined) return [value];
      return this.ids.get((field === 'after' ? `${path} after` : kindOf(path, field)) ?? '') ?? [];
    };
  }

  private add(kind: string | undefined, id: string): void {
    if (kind === undefined) return;
    const known = this.ids.get(kind) ?? [];
    if (known.includes(id)) return;
    this.ids.set(kind, [...known, id].slice(-kept));
  }
}
