import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** How a program ended, and what it printed. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
}

/** A program of a bundle, run as an image runs it: by Node in the bundle's folder, told everything by the environment. */
export class Program {
  readonly ended: Promise<Ended>;
  private readonly lines: string[] = [];
  private readonly child: ChildProcess;
  private onLine: () => void = () => {};

  constructor(folder: string, args: readonly string[], env: Record<string, string>) {
    this.child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout!, this.child.stderr!])
      createInterface(stream).on('line', (line) => {
        this.lines.push(line);
        this.onLine();
      });
    this.ended = once(this.child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      output: this.lines.join('\n'),
    }));
  }

  /** @throws Error with all that was printed when the program ends without printing such a line */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const match = this.lines.map((line) => pattern.exec(line)).find((found) => found !== null);
        if (match) resolve(match);
      };
      this.onLine = look;
      look();
      void this.ended.then(({ code, output }) => reject(new Error(`ended with ${code}:\n${output}`)));
    });
  }

  /** Where the service listens, when it does. */
  async url(): Promise<string> {
    const [, url] = await this.printed(/ is listening on (http:[^"]+)/);
    return url!;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** What is still there when a spec has failed. */
  kill(): void {
    this.child.kill('SIGKILL');
  }
}

/** Runs a program to its end. */
export const run = (
  folder: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> => new Program(folder, args, env).ended;
