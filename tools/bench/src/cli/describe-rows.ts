import type { Row } from '../row.js';

/** What there is to run, with its options: `npm run bench -- --list`. */
export const describeRows = (rows: readonly Row[], usualRows: readonly Row[]): string =>
  rows
    .map((row) => {
      const { name, summary, options } = row;
      const lines = Object.entries(options).map(
        ([option, { doc, default: value }]) => `    --${option.padEnd(12)} ${doc} (${value})`,
      );
      const when = usualRows.includes(row) ? '' : ' (only when it is named)';
      return [`${name}: ${summary}${when}`, ...lines].join('\n');
    })
    .join('\n\n');
