import { describe, expect, it } from '@jest/globals';
import { noteworthyLine, readableLine } from './readable-line.js';

const line = (fields: object) => JSON.stringify(fields);

describe('noteworthyLine', () => {
  it.each(['trace', 'debug', 'info'])('keeps quiet about %s', (level) => {
    expect(noteworthyLine(line({ level, msg: 'routine' }))).toBeUndefined();
  });

  it.each(['warn', 'error', 'fatal'])('passes on %s', (level) => {
    expect(noteworthyLine(line({ level, msg: 'slow' }))).toBe(`${level}: slow`);
  });

  it('passes on what the logger did not write, but not silence', () => {
    expect(noteworthyLine('TypeError: x is not a function')).toBe('TypeError: x is not a function');
    expect(noteworthyLine('{ not json "level":"error" }')).toBe('{ not json "level":"error" }');
    expect(noteworthyLine('  ')).toBeUndefined();
  });
});

describe('readableLine', () => {
  it('adds the reason, once', () => {
    const err = { message: 'connection refused' };
    expect(readableLine(line({ level: 'error', msg: 'no database', err }))).toBe(
      'error: no database (connection refused)',
    );
    expect(readableLine(line({ level: 'error', msg: 'connection refused', err }))).toBe(
      'error: connection refused',
    );
  });
});
