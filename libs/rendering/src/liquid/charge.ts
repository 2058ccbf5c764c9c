import { PRICES } from '../limits.js';
import { TextLike } from '../tokens/text-like.js';

/** The units of work that handling a value costs: its characters, and a price for each element of a list. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (value instanceof TextLike) return value.toString().length;
  if (!Array.isArray(value)) return 1;
  let size = value.length * PRICES.element;
  for (const item of value) if (typeof item === 'string') size += item.length;
  return size;
}
