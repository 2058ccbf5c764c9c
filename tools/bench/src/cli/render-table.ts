import type { Table } from '../row.js';

/** A table for a terminal, columns as wide as they need to be; numbers stand right. */
export function renderTable({ columns, rows }: Table): string {
  const lines = [columns, ...rows];
  const widths = columns.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const numeric = columns.map((_, column) => rows.every((cells) => isNumber(cells[column] ?? '')));
  const render = (cells: readonly string[]) =>
    columns
      .map((_, column) => {
        const [cell, width] = [cells[column] ?? '', widths[column] as number];
        return numeric[column] ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [render(columns), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(render)].join(
    '\n',
  );
}

const isNumber = (cell: string): boolean => /^([-+]?[\d,.]+%?|–|)$/.test(cell);

/** A figure as a person reads it: `12,345`, `45.6`, `0.123`. */
export function figure(value: number): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 1 ? 1 : 3;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
