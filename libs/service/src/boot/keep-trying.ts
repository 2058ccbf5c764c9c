import { setTimeout as pause } from 'node:timers/promises';

export interface Trying {
  /** What is waited for; completes "waiting for …". */
  what: string;
  /** Tells a person what is in the way, at once and then now and then. */
  say: (line: string) => void;
  /** What is in the way, in words; the error's own unless given. */
  reason?: (error: unknown) => string;
  /** An error that waiting will not mend. */
  isFinal?: (error: unknown) => boolean;
  /** Given up after this, ms; never unless given. */
  withinMs?: number;
  everyMs?: number;
  sayEveryMs?: number;
}

/**
 * Does what needs something else that may not be there yet: PostgreSQL, NATS, a schema. Whatever starts together may so
 * start in any order.
 * @throws the last error, where it is final or time is up
 */
export async function keepTrying<T>(attempt: () => Promise<T>, trying: Trying): Promise<T> {
  const { what, say, reason = reasonOf, isFinal = () => false } = trying;
  const { withinMs = Infinity, everyMs = 250, sayEveryMs = 5_000 } = trying;
  const started = performance.now();
  let said = { reason: '', at: -Infinity };
  for (;;)
    try {
      return await attempt();
    } catch (error) {
      const now = performance.now();
      if (isFinal(error)) throw error;
      if (now - started > withinMs)
        throw new Error(`gave up waiting for ${what}: ${reason(error)}`, { cause: error });
      const why = reason(error);
      if (why !== said.reason || now - said.at > sayEveryMs) {
        say(`waiting for ${what}: ${why}`);
        said = { reason: why, at: now };
      }
      await pause(everyMs);
    }
}

/** What an error says; one that failed to connect over several addresses says so only in its parts. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && !error.message)
    return [...new Set(error.errors.map((part) => reasonOf(part)))].join(', ');
  if (!(error instanceof Error)) return String(error);
  return error.message || String((error as NodeJS.ErrnoException).code ?? error.name);
}
