/** `2026-04-29 10:23:00`, in UTC. */
export function clock(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}

/** The time of something today, the day of anything else, in UTC. */
export function shortClock(at: Date, now = new Date()): string {
  const [day = '', time = ''] = clock(at).split(' ');
  return clock(now).startsWith(day) ? time : day;
}
