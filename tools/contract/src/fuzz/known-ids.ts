import type { IdsFor } from '../cases/valid-values.js';

/** Which kind of thing a field holds the id of; `id` itself is told by the address. */
const kinds: Readonly<Record<string, string>> = {
  eventId: 'event',
  attendeeId: 'guest',
  templateId: 'template',
  commsTemplateId: 'template',
  attendeeInvitationId: 'send',
  accountId: 'account',
  userId: 'user',
};

/** The address part whose `{id}` or whose answer's `id` it is; the last match counts. */
const segments: readonly [segment: RegExp, kind: string][] = [
  [/\/events?(\/|$)/, 'event'],
  [/\/guests?(\/|$)/, 'guest'],
  [/\/templates?(\/|$)/, 'template'],
  [/\/sends?(\/|$)/, 'send'],
  [/\/keys(\/|$)/, 'key'],
  [/\/users(\/|$)/, 'user'],
  [/\/enterprises(\/|$)/, 'enterprise'],
  [/\/clients(\/|$)/, 'client'],
];

const kindOf = (path: string, field: string): string => {
  if (field !== 'id') return kinds[field] ?? field;
  return segments.filter(([segment]) => segment.test(path)).at(-1)?.[1] ?? 'other';
};

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
        if (typeof value === 'string' && isKnownField(field)) this.add(kindOf(path, field), value);
        else if (typeof value === 'object') this.learn(path, value);
      }
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
      return this.ids.get(field === 'after' ? `${path} after` : kindOf(path, field)) ?? [];
    };
  }

  private add(kind: string, id: string): void {
    const known = this.ids.get(kind) ?? [];
    if (known.includes(id)) return;
    this.ids.set(kind, [...known, id].slice(-kept));
  }
}

const isKnownField = (field: string): boolean => field === 'id' || field in kinds;
