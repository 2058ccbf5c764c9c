import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockHolder, takeLock } from './lock.js';
import { identify } from './process-identity.js';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qflow-lock-'));
  file = path.join(folder, 'deeper', 'some.lock');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function take() {
  const taken = takeLock(file);
  if ('holder' in taken) throw new Error(`held by ${taken.holder.pid}`);
  return taken.lock;
}

describe('takeLock', () => {
  it('names the holder to whoever comes second', () => {
    take();
    expect(takeLock(file)).toMatchObject({ holder: { pid: process.pid } });
    expect(lockHolder(file)?.pid).toBe(process.pid);
  });

  it('is free again once released, and leaves no files behind', async () => {
    const lock = take();
    lock.release();
    lock.release();
    expect(lockHolder(file)).toBeUndefined();
    expect(await readdir(path.dirname(file))).toEqual([]);
    take();
  });

  it.each([
    ['a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, started: 'x', since: '2026-01-01' })],
    [
      'a process whose pid was given to another',
      JSON.stringify({ pid: process.pid, started: 'x', since: '' }),
    ],
    ['nobody in particular', 'not JSON'],
  ])('takes over from %s', async (_who, content) => {
    take().release();
    await writeFile(file, content);

    expect(lockHolder(file)).toBeUndefined();
    take();

    expect(lockHolder(file)?.pid).toBe(process.pid);
  });

  it('does not release what somebody else has taken over', async () => {
    const lock = take();
    const other = JSON.stringify({ ...identify(process.pid), since: 'later' });
    await writeFile(file, other);

    lock.release();

    expect(lockHolder(file)?.since).toBe('later');
  });
});
