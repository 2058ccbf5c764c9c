import type { RequestSend } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import type { Earlier, Past, SuppressionRow } from './previous-send.js';

/** What the matrix looks at in a request. */
export type Asked = Pick<RequestSend, 'requestId' | 'attendeeId' | 'templateId' | 'guestSend'> & {
  merge: { guest: { email: string } };
};

const earlierColumns = 's.id, s.state, s.announced, s.recipient, s.ended_at, s.created_at, s.updated_at';

/** The past of several requests of one account, as it was read and as it grows while they are decided in turn. */
export class KnownPast {
  private constructor(
    private readonly byRequest: Map<string, Earlier>,
    private readonly byPair: Map<string, Earlier>,
    private readonly suppressions: ReadonlyMap<string, SuppressionRow>,
  ) {}

  /** Three statements, whatever the number of requests. Call it behind the locks of `lock-sends.ts`. */
  static async read(sql: Sql, accountId: string, requests: readonly Asked[]): Promise<KnownPast> {
    const byRequest = await earlierOfRequests(sql, accountId, requests);
    const byPair = await newestOfPairs(sql, accountId, requests);
    const emails = [
      ...requests.map(({ merge }) => merge.guest.email),
      ...[...byPair.values()].map(({ recipient }) => recipient),
    ];
    return new KnownPast(byRequest, byPair, await suppressionsOf(sql, accountId, emails));
  }

  of(request: Asked): Past {
    const { requestId, guestSend, templateId } = request;
    const newest = this.byPair.get(pairOf(request));
    return {
      sameRequest: requestId === null ? undefined : this.byRequest.get(requestId),
      newest:
        newest ?? (guestSend?.templateId === templateId ? onItsWay(guestSend.sendId, request) : undefined),
      suppressions: this.suppressions,
    };
  }

  /** From here on this id of the caller means that send. */
  addAnswer(requestId: string, send: Earlier): void {
    this.byRequest.set(requestId, send);
  }

  /** From here on the send of this request is part of the past. */
  add(request: Asked, send: Earlier): void {
    if (request.requestId !== null) this.addAnswer(request.requestId, send);
    this.byPair.set(pairOf(request), send);
  }
}

const pairOf = ({ attendeeId, templateId }: Pick<Asked, 'attendeeId' | 'templateId'>): string =>
  `${attendeeId}/${templateId}`;

/** The guest's own send is not here yet: it is on the stream, and counts as queued. */
const onItsWay = (id: string, { merge }: Asked): Earlier => ({
  id,
  state: 'queued',
  announced: false,
  recipient: merge.guest.email,
  ended_at: null,
  created_at: new Date(0),
  updated_at: new Date(),
});

/** The sends that these `requestId`s were answered with, whatever they were for. */
export async function earlierOfRequests(
  sql: Sql,
  accountId: string,
  requests: readonly Pick<RequestSend, 'requestId'>[],
): Promise<Map<string, Earlier>> {
  const ids = requests.flatMap(({ requestId }) => requestId ?? []);
  if (ids.length === 0) return new Map();
  const rows = await sql<Earlier & { request_id: string }>(
    `SELECT answered.request_id, answered.id, s.announced, s.recipient, s.ended_at, s.created_at, s.updated_at,
            COALESCE(s.state, 'queued') AS state
       FROM (SELECT request_id, id FROM sends WHERE account_id = $1 AND request_id = ANY($2::uuid[])
             UNION ALL
             SELECT request_id, send_id FROM answered_requests
              WHERE account_id = $1 AND request_id = ANY($2::uuid[])) AS answered
       LEFT JOIN sends s ON s.id = answered.id`,
    [accountId, ids],
  );
  return new Map(rows.map((row) => [row.request_id, row]));
}

async function newestOfPairs(
  sql: Sql,
  accountId: string,
  requests: readonly Asked[],
): Promise<Map<string, Earlier>> {
  const rows = await sql<Earlier & { pair: string }>(
    `SELECT p.attendee_id || '/' || p.template_id AS pair, newest.*
       FROM (SELECT DISTINCT * FROM unnest($2::uuid[], $3::uuid[])) AS p (attendee_id, template_id)
      CROSS JOIN LATERAL (
        SELECT ${earlierColumns} FROM sends s
         WHERE s.account_id = $1 AND s.attendee_id = p.attendee_id AND s.template_id = p.template_id
         ORDER BY s.created_at DESC, s.id DESC LIMIT 1) AS newest`,
    [accountId, requests.map(({ attendeeId }) => attendeeId), requests.map(({ templateId }) => templateId)],
  );
  return new Map(rows.map((row) => [row.pair, row]));
}

/** By address in lower case; also those that were suppressed once. */
export async function suppressionsOf(
  sql: Sql,
  accountId: string,
  emails: readonly string[],
): Promise<Map<string, SuppressionRow>> {
  const rows = await sql<SuppressionRow>(
    `SELECT email, reason, send_id, created_at, lifted_at, resubscribed_at FROM suppressions
      WHERE account_id = $1 AND email = ANY($2::text[])`,
    [accountId, [...new Set(emails.map((email) => email.toLowerCase()))]],
  );
  return new Map(rows.map((row) => [row.email, row]));
}
