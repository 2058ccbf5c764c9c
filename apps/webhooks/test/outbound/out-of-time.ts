import { jest } from '@jest/globals';
import { eventually } from '@qflow/testing';
import type { PostResult } from '../../src/dispatch/post-webhook.js';

/**
 * Posts, and has its time run out once it has come as far as a case is about: on a machine that is slow the time would be
 * over before that, and on a fast one it would only be waited for.
 */
export async function outOfTime(
  post: () => Promise<PostResult>,
  timeoutMs: number,
  reached: () => boolean,
): Promise<PostResult> {
  // The timer of the exchange and no other clock: what the case waits for goes on.
  jest.useFakeTimers({
    doNotFake: [
      ...(['Date', 'hrtime', 'performance', 'nextTick', 'queueMicrotask'] as const),
      ...(['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] as const),
    ],
  });
  try {
    const posting = post();
    await eventually(reached);
    jest.advanceTimersByTime(timeoutMs);
    return await posting;
  } finally {
    jest.useRealTimers();
  }
}
