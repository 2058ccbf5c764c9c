/** A log line as far as we read it: pino's JSON, with level names (libs/service). */
interface LogLine {
  readonly level?: unknown;
  readonly msg?: unknown;
  readonly err?: { readonly message?: unknown };
}

const noteworthy = /"level":"(warn|error|fatal)"/;

/**
 * A line of a service's log for the terminal, or undefined when it is routine. Whatever is no JSON was not written
 * by the logger (a crash, usually) and always worth seeing.
 */
export function noteworthyLine(line: string): string | undefined {
  // Looked at before it is parsed: under load nearly every line is routine, and there are thousands a second.
  if (line.startsWith('{') && !noteworthy.test(line)) return undefined;
  return line.trim() === '' ? undefined : readableLine(line);
}

/** A line of a service's log without the braces: `warn: the provider answers slowly`. */
export function readableLine(line: string): string {
  const entry = parse(line);
  if (!entry || typeof entry.msg !== 'string') return line;
  const reason = typeof entry.err?.message === 'string' ? ` (${entry.err.message})` : '';
  const level = typeof entry.level === 'string' ? `${entry.level}: ` : '';
  return `${level}${entry.msg}${entry.msg.includes(reason.slice(2, -1)) ? '' : reason}`;
}

function parse(line: string): LogLine | undefined {
  try {
    return line.startsWith('{') ? (JSON.parse(line) as LogLine) : undefined;
  } catch {
    return undefined;
  }
}
