import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Login } from './integrator.js';

const run = promisify(execFile);
const workspace = path.resolve(import.meta.dirname, '../../..');

/** Whoever runs the stack: `npm run admin -- …` on its data folder. */
export class Operator {
  constructor(private readonly dataDir: string) {}

  /** One command of `qflow-admin`. @returns what it prints with `--json` */
  async admin<Report>(...args: string[]): Promise<Report> {
    const { stdout } = await run(
      process.execPath,
      ['tools/admin.js', '--data', this.dataDir, ...args, '--json'],
      { cwd: workspace },
    );
    return JSON.parse(stdout) as Report;
  }

  /** A user with an account of its own, for one spec. */
  async user(...options: string[]): Promise<Login> {
    const login = { username: `${randomUUID()}@example.com`, password: randomUUID() };
    await this.admin('user', 'create', '--email', login.username, '--password', login.password, ...options);
    return login;
  }

  /** One that may do everything. */
  sender(): Promise<Login> {
    return this.user('--comms', '--trust', 'verified');
  }
}
