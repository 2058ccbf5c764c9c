import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { firstLine } from './first-line.js';

describe('firstLine', () => {
  it.each([
    ['what was typed', ['correct horse\n'], 'correct horse'],
    ['what a script pipes without a line end', ['correct ', 'horse'], 'correct horse'],
    ['a line end of Windows', ['correct horse\r\nmore'], 'correct horse'],
    ['characters that arrive in halves', [Buffer.from([0xc3]), Buffer.from([0xa9, 0x0a])], 'é'],
    ['nothing', [], ''],
  ])('reads %s', async (_what, chunks, line) => {
    expect(await firstLine(Readable.from(chunks))).toBe(line);
  });
});
