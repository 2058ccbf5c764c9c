import type { BenchStack } from '../stack/bench-stack.js';
import { Floor } from './floor.js';
import type { FloorSpec } from './protocol.js';

/** Starts a floor, and stops it whatever happens. */
export async function withFloor<Result>(
  stack: BenchStack,
  spec: FloorSpec,
  measure: (floor: Floor) => Promise<Result>,
): Promise<Result> {
  const floor = await Floor.start(stack, spec);
  try {
    return await measure(floor);
  } finally {
    await floor.stop();
  }
}
