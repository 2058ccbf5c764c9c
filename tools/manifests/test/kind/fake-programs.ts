import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../../..');

/** What a program answers to a command line that holds all these words, in this order. */
export interface Answer {
  readonly to: string;
  /** One after the other, the last for ever. */
  readonly says?: readonly string[];
  readonly complains?: string;
  readonly code?: number;
}

export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Writes down how it was called and answers as it was told to; without an answer it says nothing and succeeds. */
const PROGRAM = `#!/usr/bin/env node
const { appendFileSync, readFileSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const folder = dirname(process.argv[1]);
const line = [basename(process.argv[1]), ...process.argv.slice(2)].join(' ');
const journal = join(folder, 'journal');
const answers = JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8'));
const fits = ({ to }, text) => to.split(' ').every((word) => {
  const at = text.indexOf(word);
  text = text.slice(at + word.length);
  return at >= 0;
});
const answer = answers.find((one) => fits(one, line)) ?? {};
const before = readFileSync(journal, 'utf8').split('\\n').filter((one) => answer.to && fits(answer, one)).length;
appendFileSync(journal, line + '\\n');
const says = answer.says ?? [];
process.stdout.write(says[Math.min(before, says.length - 1)] ?? '');
process.stderr.write(answer.complains ?? '');
process.exitCode = answer.code ?? 0;
`;

/** Programs that stand in for docker, kind and kubectl, and the scripts of `tools/kind` run with them. */
export class FakePrograms {
  private constructor(private readonly folder: string) {}

  static async install(...names: string[]): Promise<FakePrograms> {
    const folder = await mkdtemp(path.join(tmpdir(), 'qflow-kind-'));
    await symlink(process.execPath, path.join(folder, 'node'));
    for (const name of names) {
      await writeFile(path.join(folder, name), PROGRAM);
      await chmod(path.join(folder, name), 0o755);
    }
    const programs = new FakePrograms(folder);
    await writeFile(path.join(folder, 'journal'), '');
    await programs.answer();
    return programs;
  }

  async answer(...answers: Answer[]): Promise<void> {
    await writeFile(path.join(this.folder, 'answers.json'), JSON.stringify(answers));
  }

  /** The command lines so far. */
  async journal(): Promise<string[]> {
    return (await readFile(path.join(this.folder, 'journal'), 'utf8')).split('\n').filter(Boolean);
  }

  /** Runs `tools/kind/<script>.js` as npm does. */
  run(script: string, ...args: string[]): Promise<Ended> {
    const options = { cwd: root, env: { PATH: this.folder } };
    return new Promise((resolve) => {
      execFile(process.execPath, [`tools/kind/${script}.js`, ...args], options, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
      );
    });
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}
