import type { FieldError, RetryRules } from '@qflow/contracts';

const maxDelays = 20;
const maxDelaySeconds = 24 * 60 * 60;
/** A week of retries leaves three for replaying by hand what they did not bring, before the log drops it. */
const maxSumSeconds = 7 * 24 * 60 * 60;
/** A test call waits for the whole exchange, within the time that the gateway holds an Idempotency-Key. */
const maxTimeoutSeconds = 20;
const maxDisableAfter = 1_000;

const isWhole = (value: unknown, min: number, max: number): boolean =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max;

/** What each rule may be. */
const checks: Record<keyof RetryRules, (value: unknown) => FieldError[]> = {
  delaysSeconds: checkDelays,
  timeoutSeconds: (value) =>
    isWhole(value, 1, maxTimeoutSeconds)
      ? []
      : [{ path: '/retry/timeoutSeconds', message: `must be a whole number from 1 to ${maxTimeoutSeconds}` }],
  disableAfter: (value) =>
    value === null || isWhole(value, 1, maxDisableAfter)
      ? []
      : [
          {
            path: '/retry/disableAfter',
            message: `must be a whole number from 1 to ${maxDisableAfter}, or null to never disable the webhook`,
          },
        ],
};

/** A subscription's own retry rules. An unknown one is refused: who misspells a rule believes that it holds. */
export function checkRetry(retry: RetryRules): FieldError[] {
  if (typeof retry !== 'object' || retry === null || Array.isArray(retry))
    return [{ path: '/retry', message: 'must be an object' }];
  return Object.entries(retry).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined) return [];
    if (isRule(name)) return checks[name](value);
    const path = `/retry/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return [{ path, message: `is not a retry rule: there are ${Object.keys(checks).join(', ')}` }];
  });
}

const isRule = (name: string): name is keyof RetryRules => Object.hasOwn(checks, name);

function checkDelays(delays: unknown): FieldError[] {
  const path = '/retry/delaysSeconds';
  if (!Array.isArray(delays) || delays.length > maxDelays)
    return [{ path, message: `must be a list of up to ${maxDelays} waits in seconds` }];
  const flaws = (delays as unknown[]).flatMap((delay, index) =>
    isWhole(delay, 1, maxDelaySeconds)
      ? []
      : [{ path: `${path}/${index}`, message: `must be a whole number from 1 to ${maxDelaySeconds}` }],
  );
  const sum = (delays as number[]).reduce((total, delay) => total + delay, 0);
  if (flaws.length > 0 || sum <= maxSumSeconds) return flaws;
  return [{ path, message: `must not add up to more than ${maxSumSeconds} seconds (7 days)` }];
}
