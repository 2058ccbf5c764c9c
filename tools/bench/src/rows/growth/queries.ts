import type { BenchStack } from '../../stack/bench-stack.js';

/** One question to the logs, as an integrator asks it. */
export interface LogQuery {
  readonly about: string;
  /** Path and query. */
  readonly path: string;
}

/** What an account has much of. */
export interface Subject {
  readonly eventId: string;
  readonly templateId: string;
  readonly subscriptionId: string;
  /** One guest among all of the event. */
  readonly guest: {
    readonly id: string;
    readonly sendId: string;
    readonly email: string;
    readonly barcode: string;
  };
  /** A moment in the past; RFC 3339. */
  readonly weekAgo: string;
}

/** A guest from the middle of the seeded ones, and when a week ago was. */
export async function findSubject(
  { database }: BenchStack,
  { eventId, templateId }: Pick<Subject, 'eventId' | 'templateId'>,
): Promise<Subject> {
  const { rows } = await database.query<Subject['guest'] & { subscription: string }>(
    `SELECT guests.id, send_id AS "sendId", email, barcode,
            (SELECT id FROM subscriptions WHERE account_id = guests.account_id LIMIT 1) AS subscription
       FROM gateway.guests WHERE event_id = $1 AND created_at < now() - interval '7 days'
      ORDER BY account_id DESC, created_at DESC LIMIT 1`,
    [eventId],
  );
  const [row] = rows;
  if (!row) throw new Error('Nothing was seeded for the account that asks.');
  const { subscription: subscriptionId, ...guest } = row;
  const weekAgo = new Date(Date.now() - 7 * 24 * 60 * 60 * 1_000).toISOString();
  return { eventId, templateId, subscriptionId, guest, weekAgo };
}

/** The lists, searches and single looks of the API, each filter among them; the rare ones have to look at the most. */
export function logQueries({ eventId, templateId, subscriptionId, guest, weekAgo }: Subject): LogQuery[] {
  const sends = (about: string, filter: Record<string, string>) => ask(about, '/api/comms/sends', filter);
  const guests = (about: string, filter: Record<string, string>) =>
    ask(about, `/api/guests/${eventId}`, filter);
  const webhook = `/api/comms/webhooks/${subscriptionId}`;
  const deliveries = (about: string, filter: Record<string, string>) =>
    ask(about, `${webhook}/deliveries`, filter);
  return [
    guests('guests, newest', {}),
    guests('guests, a full page', { limit: '200' }),
    guests('guests by e-mail', { email: guest.email }),
    guests('guests by barcode', { barcode: guest.barcode }),
    ask('one guest', `/api/guest/${guest.id}`, {}),
    sends('sends, newest', {}),
    sends('sends, a full page', { limit: '200' }),
    sends('sends of a template', { templateId }),
    sends('sends of a guest', { attendeeId: guest.id }),
    sends('sends, common status', { status: 'delivered' }),
    sends('sends, uncommon status', { status: 'bounced' }),
    sends('sends, status of none', { status: 'failed' }),
    sends('sends, usual status of none', { status: 'opened' }),
    sends('sends, template and status', { templateId, status: 'bounced' }),
    sends('sends, correlation of none', { correlationId: 'nobody-has-this' }),
    ask('one send, with its history', `/api/comms/send/${guest.sendId}`, {}),
    ask('suppressions', '/api/comms/suppressions', {}),
    deliveries('deliveries, newest', {}),
    deliveries('deliveries, a full page', { limit: '200' }),
    deliveries('deliveries, common status', { status: 'delivered' }),
    deliveries('deliveries, status of none', { status: 'dead' }),
    deliveries('deliveries, common type', { type: 'comms.delivered' }),
    deliveries('deliveries, type of none', { type: 'comms.clicked' }),
    deliveries('deliveries until a week ago', { until: weekAgo }),
    ask('statistics', `${webhook}/stats`, {}),
    ask('event feed', '/api/comms/events', {}),
  ];
}

function ask(about: string, path: string, filter: Record<string, string>): LogQuery {
  const search = new URLSearchParams(filter).toString();
  return { about, path: search ? `${path}?${search}` : path };
}
