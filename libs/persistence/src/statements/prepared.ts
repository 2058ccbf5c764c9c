/** Many more than a service has statements: beyond it somebody builds texts out of values. */
const most = 500;
const names = new Map<string, string>();

/**
 * Registers a fixed text: each connection has it parsed and planned once and then only executes it. For the statements of
 * the hot path, whose best plan does not depend on their parameters; a search over columns with few frequent values
 * stays unregistered, so that each one is planned for what it looks for.
 *
 * ```ts
 * const claim = prepared('UPDATE sends SET … FROM unnest($1::uuid[]) AS claimed (id) WHERE …');
 * const rows = await sql<Row>(claim, [ids]);
 * ```
 * Values go into parameters, sets into arrays: the text is the same for one row and for a thousand. It names its columns
 * (no `SELECT *` of a table), so that a migration does not change what it answers.
 * @returns the text itself
 * @throws Error where there are more texts than anybody would write
 */
export function prepared(text: string): string {
  if (!names.has(text)) {
    if (names.size >= most)
      throw new Error(`more than ${most} prepared statements: are values part of the text?`);
    names.set(text, `s${names.size}`);
  }
  return text;
}

/** Under which name connections know a text, where it is registered. */
export const nameOfPrepared = (text: string): string | undefined => names.get(text);
