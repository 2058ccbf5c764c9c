import type { Row } from '../row.js';

/** What there is to run, with its options: `npm run bench -- --list`. */
export const describeRows = (rows: readonly Row[]): string =>
  rows
    .map(({ name, summary, options }) => {
      const lines = Object.entries(options).map(
        ([option, { doc, default: value }]) => `    --${option.padEnd(12)} ${doc} (${value})`,
      );
      return [`${name}: ${summary}`, ...lines].join('\n');
    })
    .join('\n\n');
