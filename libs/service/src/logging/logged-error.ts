import { pino } from 'pino';
import { withoutSecrets } from './without-secrets.js';

/**
 * What errors of other people's libraries carry along and no log may hold: TypeORM attaches the parameters of the
 * statement that failed, PostgreSQL repeats the row (`detail`) and the place (`where`), HTTP clients what they sent and
 * got, Node the text that is no URL (`input`). Secrets, addresses and whole bodies are in there. The statement itself,
 * its code and the message say enough.
 */
const untold = new Set([
  'parameters',
  'driverError',
  'detail',
  'where',
  'internalQuery',
  'request',
  'response',
  'body',
  'input',
]);

/** An error as it is logged, its causes in message and stack. */
export const loggedError = (error: unknown): unknown =>
  withoutUntold(pino.stdSerializers.err(error as Error));

function withoutUntold(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUntold);
  if (!isError(value)) return value;
  const told: Record<string, unknown> = {};
  // What pino makes of an error has some of its members on the prototype.
  for (const name in value) if (!untold.has(name)) told[name] = withoutUntold(value[name]);
  return withoutSecrets(told);
}

const isError = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && 'stack' in value;
