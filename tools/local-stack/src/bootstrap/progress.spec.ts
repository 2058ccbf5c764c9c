import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createProgress } from './progress.js';

/** What ends up in a log file, with the times taken out. */
async function printed(use: (progress: ReturnType<typeof createProgress>) => Promise<void>): Promise<string> {
  const stream = new PassThrough();
  await use(createProgress(stream as unknown as NodeJS.WriteStream));
  return String(stream.read()).replaceAll(/\d+\.\d s/g, '0 s');
}

describe('createProgress', () => {
  it('prints a line for each step, by the title it ended up with', async () => {
    const text = await printed(async (progress) => {
      const result = await progress.step('Counting', (report) => {
        report.title('Counted');
        return 7;
      });
      progress.note(`It is ${result}.`);
    });

    expect(text).toBe('✓ Counted (0 s)\nIt is 7.\n');
  });

  it('marks a step that failed and passes its error on', async () => {
    const text = await printed(async (progress) => {
      const failing = progress.step('Counting', () => Promise.reject(new Error('no fingers')));
      await expect(failing).rejects.toThrow('no fingers');
    });

    expect(text).toBe('✗ Counting (0 s)\n');
  });

  it('redraws the running step on a terminal, below what is noted meanwhile', async () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 40 });
    const progress = createProgress(stream as unknown as NodeJS.WriteStream);
    await progress.step('Counting', () => progress.note('a note'));

    const lines = String(stream.read()).split('\r\x1b[2K').slice(1);
    expect(lines).toEqual([
      expect.stringContaining('Counting (0.0 s)'),
      'a note\n',
      expect.stringContaining('Counting (0.0 s)'),
      expect.stringMatching(/^✓ Counting \(0\.\d s\)\n$/),
    ]);
  });
});
