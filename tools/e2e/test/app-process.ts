import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { workspaceRoot, type ServiceName } from '@qflow/local-stack';

/** One program of an app as a process by itself, started with nothing but these settings. */
export class AppProcess {
  readonly lines: string[] = [];
  readonly exited: Promise<number | null>;
  private readonly child: ChildProcess;
  private readonly waiting = new Set<() => void>();

  /** @param program such as `main.js` */
  constructor(app: ServiceName, program: string, env: Record<string, string>) {
    const file = path.join(workspaceRoot, 'apps', app, 'dist', program);
    this.child = spawn(process.execPath, [file], {
      env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', ...env },
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      if (stream) createInterface(stream).on('line', (line) => this.add(line));
    this.exited = once(this.child, 'close').then(([code]) => code as number | null);
    void this.exited.then(() => this.look());
  }

  /**
   * The first line that fits, whether it was printed before or comes yet.
   * @throws Error with everything it printed, where it ends without
   */
  async said(pattern: RegExp): Promise<string> {
    let ended = false;
    void this.exited.then(() => (ended = true));
    for (;;) {
      const line = this.lines.find((one) => pattern.test(one));
      if (line !== undefined) return line;
      if (ended) throw new Error(`it ended without saying ${pattern}:\n${this.lines.join('\n')}`);
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  /** Where it listens, as soon as it does. */
  async url(): Promise<string> {
    return (JSON.parse(await this.said(/is listening on/)) as { url: string }).url;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it, if it has not ended yet, without asking. */
  async dispose(): Promise<void> {
    this.kill('SIGKILL');
    await this.exited;
  }

  private add(line: string): void {
    this.lines.push(line);
    this.look();
  }

  private look(): void {
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }
}
