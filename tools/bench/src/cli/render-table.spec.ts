import { describe, expect, it } from '@jest/globals';
import { figure, renderTable } from './render-table.js';

describe('renderTable', () => {
  it('lines columns up, numbers to the right', () => {
    const text = renderTable({
      columns: ['row', 'figure', 'unit'],
      rows: [
        ['neighbours', '12.5', 'ms'],
        ['log', '1,234', 'ms'],
      ],
    });
    expect(text.split('\n')).toEqual([
      'row         figure  unit',
      '----------  ------  ----',
      'neighbours    12.5  ms',
      'log          1,234  ms',
    ]);
  });
});

describe('figure', () => {
  it.each([
    [1234567.8, '1,234,568'],
    [50_000, '50,000'],
    [45.678, '45.7'],
    [0.12345, '0.123'],
    [3, '3'],
    [0, '0'],
  ])('writes %d as %s', (value, text) => {
    expect(figure(value)).toBe(text);
  });
});
