import type { MergeData, ProviderName } from '@qflow/contracts';
import { columnArrays, prepared, unnest, type Sql, type StoredOutboxEntry } from '@qflow/persistence';
import type { Routing } from '../provider/routing.js';
import { applyInputs } from './apply-inputs.js';
import type { Move } from './moving-sends.js';
import type { SendRow } from './send-row.js';
import { isBound, letWait } from './wait-for-provider.js';

/** A send that this process, and no other, may hand to its provider now. */
export interface ClaimedSend extends Pick<SendRow, (typeof claimedColumns)[number]> {
  provider: ProviderName;
  /** What the template shows. */
  merge: MergeData | null;
  /** When the claim lapses, by the database's clock. */
  due_at: Date;
  /** The same by ours, ms since the epoch: nothing is begun on a claim that is about to. */
  claimedUntil: number;
}

const claimedColumns = [
  'id',
  'account_id',
  'template_id',
  'template_version',
  'correlation_id',
  'recipient',
  'attempt',
  'provider',
  'created_at',
] as const satisfies (keyof SendRow)[];

export interface Claims {
  claimed: ClaimedSend[];
  /** How many of them have to wait for a provider instead. */
  waiting: number;
  entries: StoredOutboxEntry[];
}

export interface ClaimOptions {
  claimMs: number;
  /** Age at which a send that waits for a provider fails for good, ms. */
  maxAgeMs: number;
  /** `unknown` ones only where nothing that may settle the question is still on its way to us. */
  states: ('queued' | 'unknown')[];
  /** Made anew for every transaction: it counts what it lets through. */
  routing: () => Routing;
  /** Gets those that have to be given up. */
  moves?: Move[] | undefined;
}

interface DueSend extends Pick<SendRow, 'id' | 'state' | 'error' | 'attempt' | 'created_at'> {
  bound: ProviderName | null;
  own: ProviderName[] | null;
}

interface Decided {
  claims: { id: string; provider: ProviderName }[];
  waits: { send: DueSend; waitUntil: number; error: string }[];
}

/**
 * Claims those of the given sends that wait and are due, each for the provider that it goes through; where that takes
 * no e-mail now, the send goes on waiting and no attempt is used up. The provider is committed with the claim, so that
 * a process that dies afterwards leaves word of who may have the e-mail.
 */
export async function claim(sql: Sql, ids: readonly string[], options: ClaimOptions): Promise<Claims> {
  if (ids.length === 0) return { claimed: [], waiting: 0, entries: [] };
  const { claims, waits } = decide(await dueOf(sql, ids, options.states), options.routing());
  const oldest = Date.now() - options.maxAgeMs;
  const tooOld = waits.filter(({ send }) => send.state === 'queued' && send.created_at.getTime() < oldest);
  await letWait(
    sql,
    waits
      .filter((wait) => !tooOld.includes(wait))
      .map(({ send, waitUntil, error }) => ({
        id: send.id,
        waitMs: waitUntil - Date.now(),
        error,
        earlierError: send.error,
      })),
  );
  return {
    claimed: await take(sql, claims, options.claimMs),
    waiting: waits.length,
    entries: await giveUp(sql, tooOld, options.moves),
  };
}

/**
 * Locked in the order in which everybody locks them. Without a word of whom, it was the only provider there was: a
 * replica of an earlier release, which knew no other, may have tried it while this one was installed.
 */
const dueOf = (sql: Sql, ids: readonly string[], states: ClaimOptions['states']): Promise<DueSend[]> =>
  sql<DueSend>(selectDue, [ids, states]);

const selectDue = prepared(
  `SELECT sends.id, state, error, attempt, sends.created_at, account_providers.providers AS own,
          COALESCE(provider, CASE WHEN state = 'unknown' OR attempt > 0 AND ${isBound} THEN 'sendgrid' END) AS bound
     FROM sends JOIN open_sends ON open_sends.send_id = sends.id LEFT JOIN account_providers USING (account_id)
    WHERE sends.id = ANY($1::uuid[]) AND state = ANY($2::text[]) AND (due_at IS NULL OR due_at <= now())
    ORDER BY sends.id FOR UPDATE OF sends, open_sends`,
);

function decide(sends: readonly DueSend[], routing: Routing): Decided {
  const decided: Decided = { claims: [], waits: [] };
  for (const send of sends) {
    const route = routing.of(send.own, send.bound, send.attempt);
    if ('through' in route) decided.claims.push({ id: send.id, provider: route.through });
    else decided.waits.push({ send, ...route });
  }
  return decided;
}

const claimColumns = { id: 'uuid', provider: 'text' };

/** When a claim lapses, in whole milliseconds, as we read it: whoever gives it back says by it which one. */
export const claimUntil = (parameter: string): string =>
  `date_trunc('milliseconds', now()) + ${parameter} * interval '1 millisecond'`;

const takeThem = prepared(
  `WITH taken AS (
     UPDATE sends SET state = 'sending', attempt = attempt + 1, error = NULL, updated_at = now(), provider = new.provider
       FROM ${unnest(claimColumns)} AS new (id, provider) WHERE sends.id = new.id
     RETURNING ${claimedColumns.map((column) => `sends.${column}`).join(', ')})
   UPDATE open_sends SET due_at = ${claimUntil('$3')} FROM taken WHERE open_sends.send_id = taken.id
   RETURNING taken.*, merge, due_at`,
);

async function take(sql: Sql, claims: Decided['claims'], claimMs: number): Promise<ClaimedSend[]> {
  if (claims.length === 0) return [];
  const rows = await sql<Omit<ClaimedSend, 'claimedUntil'>>(takeThem, [
    ...columnArrays(claimColumns, claims),
    claimMs,
  ]);
  const claimedUntil = Date.now() + claimMs;
  return rows.map((row) => ({ ...row, claimedUntil }));
}

const giveUp = (sql: Sql, waits: Decided['waits'], moves?: Move[]): Promise<StoredOutboxEntry[]> =>
  applyInputs(
    sql,
    waits.map(({ send: { id, attempt }, error }) => ({
      sendId: id,
      input: { is: 'expired', error: `gave up after ${attempt} attempts: ${error}` },
    })),
    { moves },
  );
