import type { Dispatcher } from 'undici';

/** How one post ended: the webhook's status, or why there is none. */
export type PostOutcome =
  | { kind: 'accepted'; status: number }
  | { kind: 'refused'; status: number }
  | { kind: 'unreachable'; reason: string };

/** Signs a body and gives the headers that carry the signature. */
export type SignBody = (body: Buffer) => Record<string, string>;

/**
 * Posts one signed body to the event webhook. Never throws: not reaching the webhook is an outcome.
 * Redirects are not followed, so 3xx is a refusal, as everything but 2xx is.
 */
export async function postEvents(
  pool: Dispatcher,
  path: string,
  body: Buffer,
  sign: SignBody,
): Promise<PostOutcome> {
  try {
    const answer = await pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', 'user-agent': 'SendGrid Event API', ...sign(body) },
      body,
    });
    await answer.body.dump();
    const kind = answer.statusCode >= 200 && answer.statusCode < 300 ? 'accepted' : 'refused';
    return { kind, status: answer.statusCode };
  } catch (error) {
    return { kind: 'unreachable', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** An outcome in words, for the log. */
export function describeOutcome(outcome: PostOutcome): string {
  return outcome.kind === 'unreachable'
    ? `could not be reached (${outcome.reason})`
    : `answered ${outcome.status}`;
}
