import { createLogger } from '@qflow/service';

/** A service's log, for specs: only what should never happen, or all of it with TEST_LOG=debug. */
export const quietLogger = (name: string) => createLogger(name, process.env.TEST_LOG ?? 'fatal');
