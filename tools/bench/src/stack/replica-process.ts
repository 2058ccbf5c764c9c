/**
 * `node replica-process.js MAIN`: runs a service's program, and ends with the process that asked for it. A service by
 * itself would outlive a benchmark that was killed.
 */
import { pathToFileURL } from 'node:url';

process.on('disconnect', () => process.exit(1));
await import(pathToFileURL(process.argv[2] as string).href);
