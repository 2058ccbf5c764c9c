import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageProgram, root, runQuietly } from './run.js';

const stamp = path.join(root, 'node_modules', '.qflow', 'built');
const shared = ['package.json', 'package-lock.json', 'nx.json', 'tsconfig.base.json'];
const outputs = new Set(['dist', 'node_modules', 'test', '.typecheck', '.local', '.test-results.json']);

/**
 * Builds what a stack and its scripts run (every app, the tools and the libraries they use), unless nothing has changed since.
 *
 * Nx would do both as well, but it needs two seconds to find out that nothing has changed, where a look at sizes and
 * times of the sources takes a fiftieth of that; and its build target is the same `tsc -b`, once per project, which
 * reads the framework's types again every time: together in one process they take a third of the time.
 * @param {import('../local-stack/src/bootstrap/progress.js').Progress} progress
 */
export async function ensureBuilt(progress) {
  const sources = fingerprint();
  if (readStamp() === sources && isComplete()) return;
  await progress.step('Building', async (report) => {
    const tools = ['local-stack', 'contract'].map((name) => path.join(root, 'tools', name));
    const projects = [...projectFolders('apps'), ...tools];
    const configs = projects.map((folder) => path.join(folder, 'tsconfig.lib.json'));
    const [command, tsc] = packageProgram('typescript', 'tsc');
    await runQuietly(command, [tsc, '-b', '--verbose', ...configs], {
      name: 'tsc',
      onLine: (line) => {
        const [, config] = /Building project '(.+)'/.exec(line) ?? [];
        if (config) report.detail(path.relative(root, path.dirname(config)));
        // What --verbose adds: blank lines and lines that begin with the time of day.
        return /^(\S*\d:\d\d:\d\d.* - |\s*$)/.test(line);
      },
    });
    mkdirSync(path.dirname(stamp), { recursive: true });
    writeFileSync(stamp, sources);
    report.title('Built');
    report.detail('');
  });
}

/** Whether nobody has removed what was built. */
function isComplete() {
  return projectFolders('apps')
    .filter((folder) => existsSync(path.join(folder, 'src/main.ts')))
    .every((folder) => existsSync(path.join(folder, 'dist/main.js')));
}

function fingerprint() {
  const hash = createHash('sha256');
  const folders = ['apps', 'libs', 'tools'].flatMap(projectFolders);
  for (const file of [
    ...shared.map((name) => path.join(root, name)),
    ...folders.flatMap((folder) => [...filesIn(folder)]),
  ]) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function projectFolders(group) {
  return readdirSync(path.join(root, group))
    .map((name) => path.join(root, group, name))
    .filter((folder) => existsSync(path.join(folder, 'package.json')));
}

function* filesIn(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (outputs.has(entry.name) || entry.name.endsWith('.spec.ts')) continue;
    if (entry.isDirectory()) yield* filesIn(file);
    else if (entry.isFile()) yield file;
  }
}

function readStamp() {
  try {
    return readFileSync(stamp, 'utf8');
  } catch {
    return undefined;
  }
}
