import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The service as it is shipped, in a process of its own, so that it can be killed. */
export class EventsProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** @param env its settings */
  static async start(env: Record<string, string>): Promise<EventsProcess> {
    const child = spawn(process.execPath, [main], {
      env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: child.stdout })) {
      const { url } = JSON.parse(line) as { url?: string };
      if (url !== undefined) {
        // What it says from here on nobody reads, and a full pipe would stop it.
        child.stdout.resume();
        return new EventsProcess(url, child);
      }
    }
    throw new Error(`the events service ended before it listened (exit code ${child.exitCode})`);
  }

  /** Like a power cut. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }
}
