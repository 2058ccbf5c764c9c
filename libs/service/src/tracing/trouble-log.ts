import type { Logger } from 'pino';

/** Whoever receives traces may be away for long, and nobody's e-mail depends on it. */
const quietMs = 60_000;

/** Logs trouble with the export of traces: the first time, and then once a minute at the most. */
export function troubleLog(logger: Logger, fields: object): (trouble: unknown) => void {
  let quietUntil = -Infinity;
  return (trouble) => {
    if (performance.now() < quietUntil) return;
    quietUntil = performance.now() + quietMs;
    const reason = trouble instanceof Error ? wordsOf(trouble) : String(trouble);
    logger.warn({ ...fields, reason }, `traces cannot be sent, and some are lost: ${reason}`);
  };
}

/** A connection that was refused on every address of a name has no message of its own, but a code. */
const wordsOf = (error: Error & { code?: unknown }): string =>
  error.message || (typeof error.code === 'string' ? error.code : error.name);
