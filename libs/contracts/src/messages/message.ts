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

/**
 * Builds the reader of one `kind` and version.
 * @param required fields that must be present and of that type for a handler to work at all
 */
export function messageReader<T extends { kind: string; version: number }>(
  kind: T['kind'],
  version: T['version'],
  required: Partial<Record<keyof T, 'string' | 'number' | 'object'>>,
): (body: unknown) => T {
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
    for (const [field, type] of Object.entries(required))
      if (typeof message[field] !== type || message[field] === null)
        throw new UnreadableMessage(`${field} of ${kind} v${version} is not a ${String(type)}`);
    return message as T;
  };
}
