import { filterNames, typesNamed, type FieldError } from '@qflow/contracts';
import { nearest } from '@qflow/service';

const maxFilters = 50;

/** What a subscription gets when it does not say: everything about e-mails and contacts, nothing about endpoints. */
export const defaultEvents: readonly string[] = ['comms.*', 'contact.*'];

/** Filters: a list that is not empty, of names that {@link typesNamed} knows. */
export function checkEvents(events: readonly string[]): FieldError[] {
  if (!Array.isArray(events) || events.length === 0 || events.length > maxFilters)
    return [{ path: '/events', message: `must be a list of 1 to ${maxFilters} event types` }];
  return events.flatMap((name: unknown, index) =>
    typeof name === 'string' && typesNamed(name).length > 0
      ? []
      : [{ path: `/events/${index}`, message: `is not an event type: ${hint(String(name))}` }],
  );
}

function hint(name: string): string {
  const meant = meantBy(name);
  return meant
    ? `did you mean "${meant}"?`
    : 'there are types such as "comms.delivered", and prefixes such as "comms.*"';
}

/** A name that is long is no typing mistake, and comparing it would cost more than it could tell. */
const maxLength = 64;

function meantBy(name: string): string | undefined {
  if (name === '' || name.length > maxLength) return undefined;
  const typed = name.trim().toLowerCase();
  return nearest(typed, filterNames) ?? filterNames.find((known) => known.endsWith(`.${typed}`));
}
