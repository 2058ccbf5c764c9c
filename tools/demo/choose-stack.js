import { composeStack } from './compose-stack.js';
import { findStack } from './find-stack.js';

/**
 * The stack that was chosen on the command line.
 * @param {import('./options.js').LocalStack | import('./options.js').ComposeStack |
 *   import('./options.js').RemoteStack} options
 * @returns {import('./find-stack.js').Stack}
 * @throws {Error} that says what to do.
 */
export function chooseStack(options) {
  if (options.is === 'local') return findStack(options.dataDir);
  if (options.is === 'compose') return composeStack();
  return { ...options, logs: 'in their logs' };
}
