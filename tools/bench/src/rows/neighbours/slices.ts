import type { EventType } from '@qflow/contracts';
import { healthyType, sickTypes } from './scene.js';

export interface Slice {
  readonly name: string;
  /** Whether 30 % of the endpoints are sick in it. */
  readonly sick: boolean;
  /** Of its events. */
  readonly type: EventType;
}

/**
 * Those with sick endpoints follow each other, so that the later ones have the time-outs of the earlier ones as well;
 * some of the others come before and some after, so that what the machine does over time meets both.
 */
export function slicesOf(count: number): Slice[] {
  const pairs = Math.min(Math.floor(count / 2), sickTypes.length);
  const all = (name: string, sick: boolean): Slice[] =>
    Array.from({ length: pairs }, (_, index) => ({
      ...{ name: `${name}${index + 1}`, sick },
      type: sick ? (sickTypes[index] as EventType) : healthyType,
    }));
  const well = all('A', false);
  const before = Math.ceil(pairs / 2);
  return [...well.slice(0, before), ...all('B', true), ...well.slice(before)];
}
