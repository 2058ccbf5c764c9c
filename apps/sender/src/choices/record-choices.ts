import type { RecipientChoiceV1 } from '@qflow/contracts';
import { insertRows, type Sql, type StoredOutboxEntry } from '@qflow/persistence';
import { applyInputs } from '../sends/apply-inputs.js';
import type { Move } from '../sends/moving-sends.js';

export interface RecordedChoices {
  entries: StoredOutboxEntry[];
  /** Of no send, or of another account's: nothing is stored of them. */
  ofNoSend: RecipientChoiceV1[];
}

const columns = { id: 'uuid', send_id: 'uuid', choice: 'text', made_by: 'text', at: 'timestamptz' };

/**
 * Stores what recipients chose and does it, in the caller's transaction. A choice that was seen before has no effect,
 * however late it comes again. A send is a row here before its e-mail leaves, so a choice never comes before it.
 */
export async function recordChoices(
  sql: Sql,
  choices: readonly RecipientChoiceV1[],
  moves?: Move[],
): Promise<RecordedChoices> {
  const accountOf = await accountsOf(sql, choices);
  const [ours, ofNoSend] = [true, false].map((isOurs) =>
    choices.filter(({ sendId, accountId }) => (accountOf.get(sendId) === accountId) === isOurs),
  ) as [RecipientChoiceV1[], RecipientChoiceV1[]];
  const fresh = await store(sql, ours);
  const entries = await applyInputs(
    sql,
    fresh.map(({ sendId, choice, at }) => ({ sendId, input: { is: 'chosen', choice }, details: { at } })),
    { moves },
  );
  return { entries, ofNoSend };
}

/** By send. */
async function accountsOf(sql: Sql, choices: readonly RecipientChoiceV1[]): Promise<Map<string, string>> {
  const rows = await sql<{ id: string; account_id: string }>(
    'SELECT id, account_id FROM sends WHERE id = ANY($1::uuid[])',
    [choices.map(({ sendId }) => sendId)],
  );
  return new Map(rows.map(({ id, account_id }) => [id, account_id]));
}

/** @returns those that were never seen before, in the order in which they were made */
async function store(sql: Sql, choices: readonly RecipientChoiceV1[]): Promise<RecipientChoiceV1[]> {
  const byId = new Map<string, RecipientChoiceV1>();
  for (const choice of choices) if (!byId.has(choice.id)) byId.set(choice.id, choice);
  if (byId.size === 0) return [];
  // In one order for all, so that two transactions with the same ids wait for each other instead of deadlocking.
  const rows = [...byId.values()].map(rowOf).sort((a, b) => (a.id < b.id ? -1 : 1));
  const stored = await sql<{ id: string }>(
    ...insertRows('recipient_choices', columns, rows, 'ON CONFLICT DO NOTHING RETURNING id'),
  );
  return stored
    .map(({ id }) => byId.get(id) as RecipientChoiceV1)
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

const rowOf = ({ id, sendId, choice, by, at }: RecipientChoiceV1) => ({
  id,
  send_id: sendId,
  choice,
  made_by: by,
  at,
});
