import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { workspaceRoot } from '@qflow/local-stack';
import type { Workshop } from './workshop.js';

/** Lines of a failed command's output that go into the error. */
const tailLines = 25;

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Runs programs one at a time; a signal that ends us ends the running one first. */
export class Commands {
  private readonly running = new Set<ChildProcess>();
  private env: NodeJS.ProcessEnv;

  /** @param env without what npm added: a nested npm would take it for orders */
  constructor(
    private readonly workshop: Workshop,
    env: NodeJS.ProcessEnv,
  ) {
    // `root` may lack the sbin folders after a plain `su`; the older clients build with BuildKit only when told to.
    const PATH = `${env.PATH}:/usr/sbin:/sbin`;
    this.env = { ...env, PATH, DOCKER_BUILDKIT: '1', COMPOSE_DOCKER_CLI_BUILD: '1' };
  }

  /** Programs in this folder go before others of their names. */
  preferPrograms(folder: string): void {
    this.env = { ...this.env, PATH: `${folder}:${this.env.PATH}` };
  }

  /**
   * Runs a program to its end, with its output in the log.
   * @returns what it wrote to stdout.
   * @throws Error with the end of its output, when it exits with anything but 0.
   */
  async run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
    const { code, stdout, output } = await this.attempt(program, args, options);
    if (code === 0) return stdout;
    const tail = output.trimEnd().split('\n').slice(-tailLines);
    const said = tail.map((line) => `    ${line}`).join('\n');
    throw new Error(`${program} ${args.join(' ')} failed (${code}). The end of what it said:\n${said}`);
  }

  /** As `run`, but an exit code is an answer. A program that is not there answers `undefined`. */
  async attempt(
    program: string,
    args: readonly string[],
    options: CommandOptions = {},
  ): Promise<{ code: number | string | undefined; stdout: string; output: string }> {
    await this.workshop.log(`\n$ ${program} ${args.join(' ')}\n`);
    const child = this.start(program, args, options, ['ignore', 'pipe', 'pipe']);
    let [stdout, output] = ['', ''];
    child.stdout?.on('data', (text: Buffer) => (stdout += text.toString()));
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text: Buffer) => (output += text.toString()));
    try {
      const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
      await this.workshop.log(output);
      return { code: code ?? signal ?? undefined, stdout, output };
    } catch (error) {
      return { code: undefined, stdout, output: (error as Error).message };
    } finally {
      this.running.delete(child);
    }
  }

  /** Runs a program with our terminal as its own. @returns its exit code. */
  async show(program: string, args: readonly string[], options: CommandOptions = {}): Promise<number> {
    const child = this.start(program, args, options, 'inherit');
    const [code] = (await once(child, 'close')) as [number | null];
    this.running.delete(child);
    return code ?? 1;
  }

  /** Ends what is running. */
  stop(): void {
    for (const child of this.running) child.kill('SIGTERM');
  }

  private start(
    program: string,
    args: readonly string[],
    { env = {}, cwd = workspaceRoot }: CommandOptions,
    stdio: 'inherit' | ('ignore' | 'pipe')[],
  ): ChildProcess {
    const child = spawn(program, args, { cwd, stdio, env: { ...this.env, ...env } });
    this.running.add(child);
    return child;
  }
}
