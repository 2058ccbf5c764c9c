import { workspaceRoot } from '@qflow/local-stack';
import { apps, buildImage, imageOf } from './build-images.js';
import { Commands } from './commands.js';
import { ComposeStack } from './compose.js';
import { dockerDaemon, type Daemon } from './daemon.js';
import { requireDebian } from './debian.js';
import { provideDocker } from './docker-programs.js';
import { sizeOf } from './images.js';
import { makeStandIns } from './make-stand-ins.js';
import type { Options } from './options.js';
import { natsStandIn } from './stand-in-nats.js';
import { nodeStandIn } from './stand-in-node.js';
import { postgresStandIn } from './stand-in-postgres.js';
import type { StandIn, Tools } from './stand-in.js';
import type { Progress } from './progress.js';
import { openWorkshop } from './workshop.js';

const standIns: readonly StandIn[] = [nodeStandIn, postgresStandIn, natsStandIn];

export interface Surroundings {
  readonly progress: Progress;
  readonly env: NodeJS.ProcessEnv;
  /** Where things are kept between two runs. */
  readonly folder: string;
  /** Ends the run early; what it has started is taken down all the same. */
  readonly signal: AbortSignal;
}

/**
 * Builds and runs everything on a machine that reaches no container registry.
 * @returns the exit code: that of the demo.
 */
export async function withoutRegistry(options: Options, surroundings: Surroundings): Promise<number> {
  const { progress, signal } = surroundings;
  await requireDebian();
  const workshop = await openWorkshop(surroundings.folder);
  const commands = new Commands(workshop, surroundings.env);
  signal.addEventListener('abort', () => commands.stop());
  const tools: Tools = { commands, workshop, log: (line) => progress.note(line) };
  progress.note(`What every command says is in ${workshop.logFile}.`);
  const daemon = await startDocker(tools, progress);
  try {
    await makeStandIns(standIns, tools, { progress, force: options.force });
    await buildImages(tools, progress, options);
    return await runStack(tools, progress, options, signal);
  } catch (error) {
    // What was running was ended by us: how it took that says nothing.
    throw signal.aborted ? new Error('Stopped.') : error;
  } finally {
    await stopDocker(daemon, progress, options);
  }
}

async function startDocker(tools: Tools, progress: Progress): Promise<Daemon> {
  await progress.step('Docker, Compose and debootstrap', async (report) => {
    const installed = await provideDocker(tools.commands);
    report.title(
      installed.length > 0
        ? `Installed ${installed.join(', ')}`
        : 'Docker, Compose and debootstrap are there',
    );
  });
  return progress.step('Docker daemon', async (report) => {
    const daemon = await dockerDaemon(tools);
    report.title(
      daemon.ours
        ? `Started a Docker daemon (${daemon.version})`
        : `A Docker daemon answers (${daemon.version})`,
    );
    return daemon;
  });
}

async function buildImages(tools: Tools, progress: Progress, { ca }: Options): Promise<void> {
  for (const app of apps) {
    const image = imageOf(app);
    await progress.step(`Building ${image}`, async (report) => {
      await buildImage(tools, app, ca);
      report.title(`Built ${image}: ${Math.round(await sizeOf(tools.commands, image))} MB`);
    });
  }
}

async function runStack(
  { commands }: Tools,
  progress: Progress,
  { keep }: Options,
  signal: AbortSignal,
): Promise<number> {
  const stack = await ComposeStack.prepare(commands);
  try {
    await progress.step(`Starting the stack: ${stack.commandLine} up`, () => stack.up());
    progress.note(`${await stack.containers()}\n`);
    const code = await commands.show(process.execPath, ['tools/demo/index.js', '--compose'], {
      cwd: workspaceRoot,
      env: stack.env,
    });
    progress.note(code === 0 ? '✓ The demo passed' : '✗ The demo did not pass');
    return code;
  } finally {
    if (keep && !signal.aborted)
      progress.note(`The stack runs on ${stack.gateway}. End it with: ${stack.commandLine} down --volumes`);
    else await progress.step('Removing the stack and its data', () => stack.down());
  }
}

async function stopDocker(daemon: Daemon, progress: Progress, { keep }: Options): Promise<void> {
  if (keep) daemon.leave();
  else if (daemon.ours) await progress.step('Stopping the Docker daemon', () => daemon.stop());
}
