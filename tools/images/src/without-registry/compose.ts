import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@qflow/local-stack';
import { composeProgram } from './docker-programs.js';
import type { Commands } from './commands.js';

/** Not the name that Compose would choose: a stack that somebody has started by hand keeps its containers and data. */
const project = 'qflow-without-registry';

const healthyWithinMs = 180_000;
const lookEveryMs = 500;

/** The stack of docker/compose.yaml under a project of its own. */
export class ComposeStack {
  private constructor(
    private readonly commands: Commands,
    private readonly program: readonly string[],
    /** What the compose file and the demo read alike. */
    readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Chooses ports: the usual ones, and others where somebody has those. */
  static async prepare(commands: Commands): Promise<ComposeStack> {
    const program = await composeProgram(commands);
    if (!program) throw new Error('There is neither "docker compose" nor docker-compose.');
    const { QFLOW_GATEWAY_PORT, QFLOW_SANDBOX_PORT } = process.env;
    return new ComposeStack(commands, program, {
      QFLOW_GATEWAY_PORT: QFLOW_GATEWAY_PORT || String(await portLike(3000)),
      QFLOW_SANDBOX_PORT: QFLOW_SANDBOX_PORT || String(await portLike(3005)),
    });
  }

  get gateway(): string {
    return `http://127.0.0.1:${this.env.QFLOW_GATEWAY_PORT}`;
  }

  /** How a person says the same. */
  get commandLine(): string {
    return [...this.program, '-p', project, '-f', 'docker/compose.yaml'].join(' ');
  }

  /**
   * Starts everything. The gateway is started last, so everything is healthy when it is.
   * @throws Error with what the containers are at, when it does not get there.
   */
  async up(): Promise<void> {
    try {
      await this.run('up', '-d');
      await this.untilHealthy('gateway');
    } catch (error) {
      const containers = await this.attempt('ps', '-a');
      const logs = await this.attempt('logs', '--tail=30');
      throw new Error(`${(error as Error).message}\n\n${containers}\n${logs}`, { cause: error });
    }
  }

  /** Ends everything and removes its data. */
  async down(): Promise<void> {
    await this.run('down', '--volumes', '--remove-orphans');
  }

  /** What runs, for a person. */
  async containers(): Promise<string> {
    const filter = `label=com.docker.compose.project=${project}`;
    const format = '{{.Label "com.docker.compose.service"}}\t{{.Status}}';
    const rows = await this.commands.run('docker', ['ps', '-a', '--filter', filter, '--format', format]);
    return rows
      .trim()
      .split('\n')
      .sort()
      .map((row) => row.split('\t'))
      .map(([service = '', status = '']) => `  ${service.padEnd(18)} ${status}`)
      .join('\n');
  }

  private async untilHealthy(service: string): Promise<void> {
    const id = (await this.run('ps', '-q', service)).trim();
    const format = '{{.State.Health.Status}}';
    for (let waited = 0; waited < healthyWithinMs; waited += lookEveryMs) {
      const health = await this.commands.run('docker', ['inspect', '--format', format, id]);
      if (health.trim() === 'healthy') return;
      await pause(lookEveryMs);
    }
    throw new Error(`The ${service} is not healthy after ${healthyWithinMs / 1000} s.`);
  }

  private run(...args: string[]): Promise<string> {
    const [program, before] = this.commandOf(args);
    return this.commands.run(program, before, { env: this.env });
  }

  private async attempt(...args: string[]): Promise<string> {
    const [program, before] = this.commandOf(args);
    return (await this.commands.attempt(program, before, { env: this.env })).output;
  }

  private commandOf(args: readonly string[]): [string, string[]] {
    const [program = '', ...plugin] = this.program;
    return [program, [...plugin, '-p', project, '-f', 'docker/compose.yaml', ...args]];
  }
}

/** @returns the port, if nobody has it, and else one that is free. */
async function portLike(port: number): Promise<number> {
  const isFree = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  return isFree ? port : freePort();
}
