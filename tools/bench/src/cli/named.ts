import type { RowResult } from '../row.js';

/** What a row came to, under its name. */
export type Named = RowResult & { readonly name: string };
