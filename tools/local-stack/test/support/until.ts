import { setTimeout as pause } from 'node:timers/promises';

/** Looks until the condition holds; Jest's own limit bounds the wait. For what cannot tell us by itself. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(10);
}
