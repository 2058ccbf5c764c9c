import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import { lineIds } from './line-ids.js';
import { loggedError } from './logged-error.js';
import { withoutSecrets } from './without-secrets.js';

/** A line is written with those after it, once there are so many bytes of them, or so many milliseconds later. */
const gathered = { minLength: 8_192, periodicFlush: 200 };

/** JSON lines with the service's name; every line of a request carries its ids. Secrets are cut out by field name. */
export const createLogger = (service: string, level: string, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (fields) => withoutSecrets(fields) },
      // A copy: pino merges the fields of the line into what it is given, and so into every later line of the request.
      mixin: (fields) => lineIds(fields),
      serializers: { err: loggedError },
    },
    destination ?? pino.destination({ dest: 1, sync: false, ...gathered }),
  );

/** Sends what Nest and its modules log through pino, so that a service speaks with one voice. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log = (message: unknown, ...rest: unknown[]): void => this.write('info', message, rest);
  error = (message: unknown, ...rest: unknown[]): void => this.write('error', message, rest);
  warn = (message: unknown, ...rest: unknown[]): void => this.write('warn', message, rest);
  debug = (message: unknown, ...rest: unknown[]): void => this.write('debug', message, rest);
  verbose = (message: unknown, ...rest: unknown[]): void => this.write('trace', message, rest);
  fatal = (message: unknown, ...rest: unknown[]): void => this.write('fatal', message, rest);

  /** Nest appends its context (the class) last, and a stack before it. */
  private write(
    level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace',
    message: unknown,
    rest: unknown[],
  ): void {
    const texts = rest.filter((part): part is string => typeof part === 'string');
    const context = texts.at(-1);
    const [first, ...others] = texts.slice(0, -1);
    const text = typeof message === 'string' ? message : (first ?? context ?? '');
    const stack =
      typeof message === 'string' ? [first, ...others].find((part) => part?.includes('\n')) : undefined;
    const fields = message instanceof Error ? { err: message } : typeof message === 'object' ? message : {};
    this.logger[level]({ ...fields, ...(context && { context }), ...(stack && { stack }) }, text);
  }
}
