import { isId } from '../ids.js';

/**
 * A message that travels over JetStream. `subject` ends in its version, and so does every body: a consumer that
 * meets a version it does not know sends the message to the DEAD stream instead of guessing.
 */
export interface MessageContract<T> {
  readonly stream: StreamName;
  /** The subject a consumer listens on; may hold wildcards. */
  readonly subject: string;
  /** Reads a parsed body. Throws {@link UnreadableMessage}. */
  readonly read: (body: unknown) => T;
}

export type StreamName = 'SENDS' | 'PROVIDER' | 'EVENTS' | 'DEAD';

/** The body is not a message this version of the code knows; its `message` says why, without the body. */
export class UnreadableMessage extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'UnreadableMessage';
  }
}

/** What a field must be for a handler, and the database behind it, to work with it at all. */
export type FieldKind = 'an id' | 'a time' | 'a text' | 'a number' | 'an object' | 'a list';

const fits: Record<FieldKind, (value: unknown) => boolean> = {
  'an id': isId,
  'a time': (value) => typeof value === 'string' && Number.isFinite(Date.parse(value)),
  'a text': (value) => typeof value === 'string',
  'a number': (value) => typeof value === 'number',
  'an object': (value) => typeof value === 'object' && value !== null,
  'a list': Array.isArray,
};

/**
 * Builds the reader of one `kind` and version.
 * @param required fields that must be present and of that type for a handler to work at all
 */
export function messageReader<T extends { kind: string; version: number }>(
  kind: T['kind'],
  version: T['version'],
  required: Partial<Record<keyof T, FieldKind>>,
): (body: unknown) => T {
  const fields = Object.entries(required) as [string, FieldKind][];
  return (body) => {
    if (typeof body !== 'object' || body === null)
      throw new UnreadableMessage('the body is not a JSON object');
    const message = body as Record<string, unknown>;
    if (message.kind !== kind)
      throw new UnreadableMessage(`kind is ${String(message.kind)}, expected ${kind}`);
    if (message.version !== version)
      throw new UnreadableMessage(
        `version ${String(message.version)} of ${kind} is unknown, expected ${version}`,
      );
    for (const [field, wanted] of fields)
      if (!fits[wanted](message[field]))
        throw new UnreadableMessage(`${field} of ${kind} v${version} is not ${wanted}`);
    return message as T;
  };
}
