import type { ProviderName, SendRequestedV1 } from '@qflow/contracts';
import { prepared, type Sql } from '@qflow/persistence';
import { claimUntil, type ClaimedSend } from './claim.js';
import { joined, separate } from './open-sends.js';

const given = {
  id: 'uuid',
  account_id: 'uuid',
  event_id: 'uuid',
  attendee_id: 'uuid',
  template_id: 'uuid',
  template_version: 'int',
  correlation_id: 'text',
  recipient: 'text',
  created_at: 'timestamptz',
} as const;
const names = Object.keys(given);
const arrays = Object.values(given)
  .map((type, index) => `$${index + 1}::${type}[]`)
  .join(', ');
const [merges, provider, claimMs] = [1, 2, 3].map((after) => `$${names.length + after}`) as [
  string,
  string,
  string,
];

const insertClaimed = prepared(
  `WITH fresh AS (
     INSERT INTO sends (${names.join(', ')}, state, attempt, provider)
     SELECT ${names.map((name) => `request.${name}`).join(', ')}, 'sending', 1, ${provider}::text
       FROM unnest(${arrays}) AS request (${names.join(', ')})
      WHERE NOT EXISTS (SELECT FROM account_providers WHERE account_providers.account_id = request.account_id)
        AND NOT EXISTS (
          SELECT FROM suppressions WHERE suppressions.account_id = request.account_id
             AND suppressions.email = lower(request.recipient) AND suppressions.reason IS NOT NULL)
     ON CONFLICT (id) DO NOTHING RETURNING id)
   INSERT INTO open_sends (send_id, due_at, merge)
   SELECT fresh.id, ${claimUntil(claimMs)}, given.merge::json
     FROM unnest($1::uuid[], ${separate(merges)}) AS given (id, merge) JOIN fresh USING (id)
   RETURNING send_id, (extract(epoch FROM due_at) * 1000)::float8 AS until`,
);

/**
 * Stores requests as sends that are claimed already, in one statement: nearly all requests are new ones, to an address
 * that may be mailed, of an account without a list of providers of its own. The others are left out, and are for
 * `claimRequested`.
 * @param provider gets e-mail now, and is the first of the installation's list
 */
export async function claimFresh(
  sql: Sql,
  requests: readonly SendRequestedV1[],
  { provider, claimMs }: { provider: ProviderName; claimMs: number },
): Promise<ClaimedSend[]> {
  const rows = await sql<{ send_id: string; until: number }>(insertClaimed, [
    requests.map(({ sendId }) => sendId),
    requests.map(({ accountId }) => accountId),
    requests.map(({ eventId }) => eventId),
    requests.map(({ attendeeId }) => attendeeId),
    requests.map(({ templateId }) => templateId),
    requests.map(({ templateVersion }) => templateVersion),
    requests.map(({ correlationId }) => correlationId),
    requests.map(({ merge }) => merge.guest.email),
    requests.map(({ requestedAt }) => requestedAt),
    joined(requests.map(({ merge }) => merge)),
    provider,
    claimMs,
  ]);
  const claimedUntil = Date.now() + claimMs;
  const untilOf = new Map(rows.map(({ send_id, until }) => [send_id, until]));
  return requests.flatMap((request) => {
    const until = untilOf.get(request.sendId);
    return until === undefined ? [] : claimedSend(request, { provider, until, claimedUntil });
  });
}

const claimedSend = (
  request: SendRequestedV1,
  claim: { provider: ProviderName; until: number; claimedUntil: number },
): ClaimedSend => ({
  id: request.sendId,
  account_id: request.accountId,
  template_id: request.templateId,
  template_version: request.templateVersion,
  correlation_id: request.correlationId,
  recipient: request.merge.guest.email,
  attempt: 1,
  provider: claim.provider,
  created_at: new Date(request.requestedAt),
  merge: request.merge,
  due_at: new Date(claim.until),
  claimedUntil: claim.claimedUntil,
});
