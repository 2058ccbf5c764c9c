import { insertRows, type OutboxEntry, type Sql } from '@qflow/persistence';
import { announcement, type AnnouncedSend } from '../sends/announce.js';
import type { SuppressionReason } from '../sends/send-machine.js';

/** A send that gave a reason not to mail its recipient again. */
export interface SuppressingSend {
  send: AnnouncedSend;
  reason: SuppressionReason;
  /** RFC 3339, UTC: when it happened. */
  at: string | undefined;
}

interface NewSuppression {
  account_id: string;
  email: string;
  reason: SuppressionReason;
  send_id: string;
  unsubscribed: boolean;
}

const columns = {
  account_id: 'uuid',
  email: 'text',
  reason: 'text',
  send_id: 'uuid',
  unsubscribed: 'boolean',
};

const emailOf = ({ send }: SuppressingSend): string => send.recipient.toLowerCase();
const keyOf = (one: SuppressingSend): string => `${one.send.account_id} ${emailOf(one)}`;

/**
 * Puts recipients on their accounts' lists, in the caller's transaction. The first reason stays; after the account
 * has lifted it, a new one counts again. Answers `contact.unsubscribed` for those who were not known to have
 * unsubscribed: once per change of their standing, however often it is reported.
 */
export async function writeSuppressions(sql: Sql, sends: readonly SuppressingSend[]): Promise<OutboxEntry[]> {
  if (sends.length === 0) return [];
  const rows = new Map<string, NewSuppression>();
  const unsubscribed = new Map<string, SuppressingSend>();
  for (const one of sends) {
    const { send, reason } = one;
    const key = keyOf(one);
    const row = rows.get(key) ?? {
      account_id: send.account_id,
      email: emailOf(one),
      reason,
      send_id: send.id,
      unsubscribed: false,
    };
    rows.set(key, { ...row, unsubscribed: row.unsubscribed || reason === 'unsubscribed' });
    if (reason === 'unsubscribed' && !unsubscribed.has(key)) unsubscribed.set(key, one);
  }
  const changed = await sql<Pick<NewSuppression, 'account_id' | 'email'>>(
    ...insertRows('suppressions', columns, inOrder(rows), onConflict),
  );
  return changed.flatMap(({ account_id, email }) => {
    const one = unsubscribed.get(`${account_id} ${email}`);
    return one ? [contactUnsubscribed(one)] : [];
  });
}

/** Changes, and answers, only rows whose meaning changes: so an answered row with `unsubscribed` is a new standing. */
const onConflict = `ON CONFLICT (account_id, email) DO UPDATE SET
  reason = CASE WHEN suppressions.lifted_at IS NULL THEN suppressions.reason ELSE EXCLUDED.reason END,
  send_id = CASE WHEN suppressions.lifted_at IS NULL THEN suppressions.send_id ELSE EXCLUDED.send_id END,
  created_at = CASE WHEN suppressions.lifted_at IS NULL THEN suppressions.created_at ELSE now() END,
  unsubscribed = EXCLUDED.unsubscribed OR (suppressions.lifted_at IS NULL AND suppressions.unsubscribed),
  lifted_at = NULL
  WHERE suppressions.lifted_at IS NOT NULL OR (EXCLUDED.unsubscribed AND NOT suppressions.unsubscribed)
  RETURNING account_id, email`;

/** In one order for all, so that two transactions with the same addresses wait for each other. */
const inOrder = <T>(byKey: ReadonlyMap<string, T>): T[] =>
  [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);

function contactUnsubscribed(one: SuppressingSend): OutboxEntry {
  const { send, at } = one;
  return announcement(send, {
    type: 'contact.unsubscribed',
    error: null,
    email: emailOf(one),
    ...(at !== undefined && { at }),
  });
}
