import { ConfigError } from '@qflow/service';
import { runReencryption } from './secrets/run-reencryption.js';

/**
 * Brings all secrets of webhooks under the newest key of WEBHOOK_SECRET_KEYS and prints what it did as one line of
 * JSON. Exit codes: 0, 1 where something could not be read or the database is away, 78 for settings that do not load.
 */
try {
  const done = await runReencryption(process.env);
  process.stdout.write(`${JSON.stringify(done)}\n`);
  if (done.failed.length > 0) {
    process.stderr.write(
      'What is stored of the webhooks in "failed" cannot be read with the keys in WEBHOOK_SECRET_KEYS. ' +
        'Remove none of the keys, add the one that is missing, and run this again.\n',
    );
    process.exitCode = 1;
  }
} catch (error) {
  // What cannot connect over two protocols says only why, not what.
  const { message, code } = error as NodeJS.ErrnoException;
  process.stderr.write(`${message || code}\n`);
  process.exitCode = error instanceof ConfigError ? 78 : 1;
}
