import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Commands } from '../src/without-registry/commands.js';
import { composeProgram } from '../src/without-registry/docker-programs.js';
import { makeStandIns } from '../src/without-registry/make-stand-ins.js';
import type { Progress } from '../src/without-registry/progress.js';
import { openWorkshop, type Workshop } from '../src/without-registry/workshop.js';

let folder: string;
let workshop: Workshop;
let commands: Commands;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qflow-without-registry-'));
  workshop = await openWorkshop(path.join(folder, 'workshop'));
  // Nothing of this machine but what a shell script needs: whether it has Docker must not matter.
  commands = new Commands(workshop, { PATH: path.join(folder, 'bin') });
});
afterEach(() => rm(folder, { recursive: true }));

/** A program of this test's own. */
async function program(name: string, script: string, into = 'bin'): Promise<void> {
  const file = path.join(folder, into, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

describe('commands', () => {
  it('answer with what they wrote to stdout, and everything is in the log', async () => {
    await program('speak', 'echo "to $1"; echo "aside" >&2');
    expect(await commands.run('speak', ['you'])).toBe('to you\n');
    const log = await readFile(workshop.logFile, 'utf8');
    for (const text of ['$ speak you', 'to you', 'aside']) expect(log).toContain(text);
  });

  it('that fail say what and why', async () => {
    await program('fail', 'echo "no such thing" >&2; exit 3');
    await expect(commands.run('fail', ['now'])).rejects.toThrow(/^fail now failed \(3\)[^]*no such thing/);
  });

  it('that may fail answer with their exit code, or with none where there is no such program', async () => {
    await program('fail', 'exit 3');
    expect(await commands.attempt('fail', [])).toMatchObject({ code: 3 });
    expect(await commands.attempt('not-there', [])).toMatchObject({ code: undefined });
  });

  it('are taken from a preferred folder before others', async () => {
    await program('docker', 'echo newer');
    await program('docker', 'echo older', 'other');
    commands.preferPrograms(path.join(folder, 'other'));
    expect(await commands.run('docker', [])).toBe('older\n');
  });
});

describe('Compose', () => {
  it('is the plugin where there is one', async () => {
    await program('docker', '[ "$1 $2" = "compose version" ]');
    await program('docker-compose', 'exit 0');
    expect(await composeProgram(commands)).toEqual(['docker', 'compose']);
  });

  it('is docker-compose where docker has no such plugin', async () => {
    await program('docker', 'exit 1');
    await program('docker-compose', 'exit 0');
    expect(await composeProgram(commands)).toEqual(['docker-compose']);
  });

  it('may be missing', async () => {
    expect(await composeProgram(commands)).toBeUndefined();
  });
});

describe('stand-ins', () => {
  /** Knows an image of this tool and one that was pulled. */
  const docker = `
case "$5" in
  ours:1) echo yes ;;
  pulled:1) echo ;;
  *) exit 1 ;;
esac`;

  const makeAll = async (force: boolean): Promise<{ made: string[]; notes: string[] }> => {
    await program('docker', docker);
    const made: string[] = [];
    const notes: string[] = [];
    const progress: Progress = {
      note: (line) => void notes.push(line),
      step: (_title, work) => work({ title: () => {} }),
    };
    const standIns = ['ours:1', 'pulled:1', 'missing:1'].map((image) => ({
      image,
      from: 'nothing',
      make: async () => void made.push(image),
    }));
    await makeStandIns(standIns, { commands, workshop, log: () => {} }, { progress, force });
    return { made, notes };
  };

  it('are made where nothing is, and leave alone what was pulled', async () => {
    expect(await makeAll(false)).toEqual({
      made: ['missing:1'],
      notes: [
        '✓ ours:1 is a stand-in of an earlier run',
        '✓ pulled:1 was pulled: it stays (--force would replace it)',
      ],
    });
  });

  it('replace everything when told so', async () => {
    expect((await makeAll(true)).made).toEqual(['ours:1', 'pulled:1', 'missing:1']);
  });
});
