import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

/** A request as it is committed: pretty-printed for its reviewers, and exact, because our bodies survive reprinting. */
export interface Golden {
  headers: Record<string, string>;
  body: unknown;
}

/**
 * A committed request. With `WRITE_GOLDEN=1` a missing file is written, and never an existing one: names do not change
 * meaning, so whoever means to change a payload has to delete its file by hand.
 */
export function golden(format: string, name: string, actual: Golden): Golden {
  const folder = new URL(`./golden/${format}/`, import.meta.url);
  const file = new URL(`${name}.json`, folder);
  if (process.env.WRITE_GOLDEN === '1' && !existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `${JSON.stringify(actual, null, 2)}\n`);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Golden;
}
