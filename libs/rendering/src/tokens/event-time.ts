const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** `YYYY-MM-DDTHH:mm[:ss[.fff]]`, no offset: the clock on the wall of the venue. */
const LOCAL_TIME = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::\d\d(?:\.\d{1,9})?)?$/;

/*
 * Event times are wall-clock times of the event's own zone already, so they are formatted by taking them apart.
 * Going through `Date` would need the zone, and would move the times that a change of clocks skips or repeats:
 * an event that is announced for 02:30 on that night is shown as 02:30.
 */

/** `dd MMMM yyyy`, as in `29 April 2026` (integrator guide, `{{date}}`); empty when `local` is no local time. */
export function formatDate(local: unknown): string {
  const match = typeof local === 'string' ? LOCAL_TIME.exec(local) : null;
  const month = match && MONTHS[Number(match[2]) - 1];
  return match && month ? `${match[3]} ${month} ${match[1]}` : '';
}

/** `HH:mm`, 24 hours (integrator guide, `{{starttime}}`); empty when `local` is no local time. */
export function formatTime(local: unknown): string {
  const match = typeof local === 'string' ? LOCAL_TIME.exec(local) : null;
  return match ? `${match[4]}:${match[5]}` : '';
}
