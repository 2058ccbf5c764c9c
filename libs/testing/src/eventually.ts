import { setTimeout as pause } from 'node:timers/promises';

const everyMs = 10;

/**
 * Resolves with the first truthy answer of `read`, asked again and again: for state that has no signal, such as a
 * row another process writes. The test's own time limit bounds the wait.
 */
export async function eventually<T>(read: () => Promise<T> | T): Promise<NonNullable<T>> {
  for (;;) {
    const value = await read();
    if (value) return value;
    await pause(everyMs);
  }
}
