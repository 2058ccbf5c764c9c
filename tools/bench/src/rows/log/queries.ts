/** One question to the log, as an integrator asks it. */
export interface Query {
  /** Whose log. */
  readonly profile: string;
  /** `deliveries` or `stats`, with its query string. */
  readonly path: string;
  /** What it is there for. */
  readonly about: string;
}

const dayMs = 24 * 60 * 60 * 1_000;

/** Every filter alone, the combinations, and those that find little or nothing: they have to look at the most. */
export function queries(now = Date.now()): Query[] {
  const ago = (days: number) => new Date(now - days * dayMs).toISOString();
  const list = (profile: string, about: string, filter: Record<string, string> = {}): Query => {
    const search = new URLSearchParams(filter).toString();
    return { profile, about, path: `deliveries${search && `?${search}`}` };
  };
  return [
    list('busy', 'newest'),
    list('busy', 'newest, a full page', { limit: '200' }),
    list('busy', 'common status', { status: 'delivered' }),
    list('busy', 'uncommon status', { status: 'dead' }),
    list('busy', 'status of 12 rows, 20 days ago', { status: 'skipped' }),
    list('busy', 'status of no row', { status: 'retrying' }),
    list('busy', 'common type', { type: 'comms.delivered' }),
    list('busy', 'type of 25 rows', { type: 'comms.spam_reported' }),
    list('busy', 'type of no row', { type: 'comms.unsubscribed' }),
    list('busy', 'status and type, common', { status: 'delivered', type: 'comms.sent' }),
    list('busy', 'status and type, uncommon', { status: 'dead', type: 'comms.bounced' }),
    list('busy', 'status and type, 12 rows', { status: 'skipped', type: 'comms.sent' }),
    list('busy', 'status and type, no row', { status: 'skipped', type: 'comms.opened' }),
    list('busy', 'since a week ago', { since: ago(7) }),
    list('busy', 'until 25 days ago', { until: ago(25) }),
    list('busy', 'one hour, 15 days ago', { since: ago(15), until: ago(15 - 1 / 24) }),
    list('busy', 'a day and a status', { since: ago(10), until: ago(9), status: 'failed' }),
    list('busy', 'until, type and status', { until: ago(22), type: 'comms.clicked', status: 'dead' }),
    list('busy', 'all but nothing in a range', {
      since: ago(5),
      type: 'comms.spam_reported',
      status: 'dead',
    }),
    list('clustered', 'newest, 19 empty days first'),
    list('clustered', 'a status, 19 empty days first', { status: 'failed' }),
    list('clustered', 'days without a row', { since: ago(10) }),
    list('usual', 'newest'),
    list('usual', 'uncommon status', { status: 'dead' }),
    list('failing', 'newest'),
    list('failing', 'newest, a full page', { limit: '200' }),
    list('failing', 'status of no row', { status: 'delivered' }),
    list('fresh', 'newest'),
    list('fresh', 'status of no row', { status: 'dead' }),
    ...['busy', 'clustered', 'failing', 'fresh'].map((profile) => ({
      profile,
      about: 'statistics',
      path: 'stats',
    })),
    { profile: 'busy', about: 'statistics of a day', path: `stats?since=${ago(1)}` },
  ];
}
