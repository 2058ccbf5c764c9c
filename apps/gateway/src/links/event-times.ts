/** When an event takes place, on its own clock: `YYYY-MM-DDTHH:mm:ss`. */
export interface EventTimes {
  startTime: string;
  endTime: string;
}

const day = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  // The stored time is already the local one: formatting it as UTC leaves it as it is.
  timeZone: 'UTC',
});

/** `Saturday 21 June 2036`, whatever this version of Node puts between the parts. */
function dayOf(localTime: string): string {
  const parts = day.formatToParts(new Date(`${localTime}Z`)).filter(({ type }) => type !== 'literal');
  return parts.map(({ value }) => value).join(' ');
}

const clockOf = (localTime: string): string => localTime.slice(11, 16);

/** Two lines: `Saturday 21 June 2036` and `19:30 – 23:00`, or from one day and time to another. */
export function whenOf({ startTime, endTime }: EventTimes): [string, string] {
  const [from, to] = [dayOf(startTime), dayOf(endTime)];
  const [start, end] = [clockOf(startTime), clockOf(endTime)];
  if (from !== to) return [`${from}, ${start} –`, `${to}, ${end}`];
  return [from, start === end ? start : `${start} – ${end}`];
}
