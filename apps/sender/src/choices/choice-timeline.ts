import type { RecipientChoiceV1 } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';

/** Choices one timeline holds: a link can be clicked without end. */
const maxChoices = 50;

/** A choice as the timeline of its send tells it. */
export interface TimelineChoice {
  at: Date;
  what: 'unsubscribed' | 'resubscribed';
  detail: string;
}

const words: Record<RecipientChoiceV1['by'], string> = {
  'one-click': 'one click in the mail program',
  page: 'on the page behind the unsubscribe link',
};

/** What the recipient of a send chose, the first {@link maxChoices}. */
export async function choicesOf(sql: Sql, sendId: string): Promise<TimelineChoice[]> {
  const rows = await sql<{
    at: Date;
    choice: RecipientChoiceV1['choice'];
    made_by: RecipientChoiceV1['by'];
  }>(
    `SELECT at, choice, made_by FROM recipient_choices WHERE send_id = $1 ORDER BY at, id LIMIT ${maxChoices}`,
    [sendId],
  );
  return rows.map(({ at, choice, made_by }) => ({
    at,
    what: choice === 'unsubscribe' ? 'unsubscribed' : 'resubscribed',
    // A way that is new to this version is told as it is called.
    detail: words[made_by] ?? made_by,
  }));
}
