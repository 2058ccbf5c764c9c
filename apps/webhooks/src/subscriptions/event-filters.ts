import {
  filterNames,
  isSoftBounce,
  softBounceName,
  typesNamed,
  type EventType,
  type NamedEvent,
} from '@qflow/contracts';

/** Every event and every subscription of its account meet here, so the names are looked up once and for all. */
const typesOf: ReadonlyMap<string, ReadonlySet<EventType>> = new Map(
  filterNames.map((name) => [name, new Set(typesNamed(name))]),
);

/** The names that mean failures other than bounces. */
const otherFailures: ReadonlySet<string> = new Set(['email.failed']);

/**
 * Whether one of a subscription's filters means this event: by its type, by the name another format has for it, or by a
 * prefix such as `comms.*`. A filter that is not known (any more) means nothing.
 */
export const matchesEvent = (filters: readonly string[], event: NamedEvent): boolean =>
  isSoftBounce(event)
    ? filters.some(
        (filter) =>
          filter === softBounceName || (!otherFailures.has(filter) && typesOf.get(filter)?.has(event.type)),
      )
    : filters.some((filter) => typesOf.get(filter)?.has(event.type));
