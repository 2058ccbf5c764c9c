/** An answer as it came. */
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
}

/** Words that only the inside of a server knows. */
const internals =
  /\b(at \S+ \(?\/|node_modules|SELECT |INSERT |QueryFailed|ECONNREFUSED|typeorm|stack trace)/i;

/**
 * What every answer owes, whatever the document says of its route.
 * @returns what is wrong, or null
 */
export function flawOfHttp({ status, headers, text }: Reply): string | null {
  if (status >= 500) return `answers ${status}`;
  if (!headers.get('x-request-id')) return 'has no X-Request-Id';
  if (status === 405 && !headers.get('allow')) return '405 without Allow (RFC 9110 §15.5.6)';
  if (status === 401 && !headers.get('www-authenticate') && !isOAuth(text))
    return '401 without WWW-Authenticate (RFC 9110 §15.5.2)';
  if (status === 429 && !headers.get('retry-after')) return '429 without Retry-After';
  if (status >= 400 && internals.test(text)) return 'tells of its inside';
  return status >= 400 ? flawOfProblem(status, headers, text) : null;
}

/** RFC 6749 §5.2 asks for a challenge only where the client used one. */
const isOAuth = (text: string): boolean => text.startsWith('{"error"');

function flawOfProblem(status: number, headers: Headers, text: string): string | null {
  if (isOAuth(text)) return null;
  const type = headers.get('content-type') ?? '';
  // The pages that guests see are for people.
  if (type.startsWith('text/html')) return null;
  if (type !== 'application/problem+json') return `an error of type "${type}"`;
  const problem = JSON.parse(text) as Record<string, unknown>;
  if (problem.status !== status) return `the problem says status ${String(problem.status)}`;
  if (status === 400 && !Array.isArray(problem.errors)) return 'a 400 that names no place';
  return null;
}
