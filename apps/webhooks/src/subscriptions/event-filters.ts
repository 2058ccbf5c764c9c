import type { EventType } from '@qflow/contracts';
import { filterNames, typesNamed } from '../formats/event-names.js';

/** Every event and every subscription of its account meet here, so the names are looked up once and for all. */
const typesOf: ReadonlyMap<string, ReadonlySet<EventType>> = new Map(
  filterNames.map((name) => [name, new Set(typesNamed(name))]),
);

/**
 * Whether one of a subscription's filters means this type: by its name, by the name another format has for it, or by a
 * prefix such as `comms.*`. A filter that is not known (any more) means nothing.
 */
export const matchesEvent = (filters: readonly string[], type: EventType): boolean =>
  filters.some((filter) => typesOf.get(filter)?.has(type));
