import { describe, expect, it } from '@jest/globals';
import { copyStatement, stepMs, type Column } from './copy-statement.js';

const spread = { copies: 2_500, days: 29, accounts: 49, ownEvery: 5 };
const rows = 2_000;

/** The expression for one column, of a table of 2,000 rows. */
function valueOf(column: Column): string {
  const text = copyStatement({ table: 'sender.sends', columns: [column], rows }, 'bench.sends', spread);
  return /SELECT (.*)\n {2}FROM generate_series/.exec(text)?.[1] ?? text;
}

describe('stepMs', () => {
  it('spreads the copies over the days', () => {
    expect(stepMs(spread)).toBe(1_002_240);
    expect(stepMs({ copies: 1, days: 1 })).toBe(86_400_000);
  });
});

describe('copyStatement', () => {
  it('copies what it does not have to change as it is, whatever the column is called', () => {
    expect(valueOf({ name: 'state', type: 'text', distinct: 3 })).toBe('original."state"');
    expect(valueOf({ name: 'raw', type: 'json', distinct: rows })).toBe('original."raw"');
    expect(valueOf({ name: 'order', type: 'integer', distinct: rows })).toBe('original."order"');
  });

  it('makes moments older, step by step', () => {
    const value = valueOf({ name: 'created_at', type: 'timestamp with time zone', distinct: rows });
    expect(value).toBe(`original."created_at" - copy * interval '1002240 ms'`);
  });

  it('moves ids that are a row’s own back in time by the same steps, also where a few rows share each', () => {
    for (const distinct of [rows, rows / 2]) {
      const value = valueOf({ name: 'send_id', type: 'uuid', distinct });
      expect(value).toContain('- copy::bigint * 1002240)');
      expect(value).not.toContain('CASE');
    }
  });

  it('leaves ids that all rows share with their account in one of five copies', () => {
    const value = valueOf({ name: 'account_id', type: 'uuid', distinct: 1 });
    expect(value).toMatch(
      /^CASE WHEN copy % 5 = 0 THEN original\."account_id" ELSE .*\(1 \+ copy % 49\).* END$/,
    );
  });

  it('numbers texts that no two rows share', () => {
    expect(valueOf({ name: 'email', type: 'text', distinct: rows })).toBe(`original."email" || '-' || copy`);
    expect(valueOf({ name: 'hash', type: 'bytea', distinct: rows })).toBe(
      'sha256(original."hash" || int4send(copy))',
    );
  });

  it('begins with the oldest copy', () => {
    const columns = [{ name: 'id', type: 'uuid', distinct: rows }];
    const text = copyStatement({ table: 'sender.sends', columns, rows }, 'bench.sends', spread);
    expect(text).toMatch(/^INSERT INTO sender\.sends \("id"\)\nSELECT /);
    expect(text).toMatch(/ORDER BY copy DESC, original\.ctid$/);
  });
});
