import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** `apps/<name>/dist/` is where this runs from. */
export const name = path.basename(path.dirname(import.meta.dirname));

const file = path.join(import.meta.dirname, '../../../journal');

export const note = (line) => appendFileSync(file, `${line}\n`);
export const journal = () => readFileSync(file, 'utf8');
