#!/usr/bin/env node
/**
 * Proves that the import rules bite. @nx/enforce-module-boundaries checks nothing, and says nothing, when Nx's
 * project graph is missing or empty, so a green lint alone proves nothing. In a copy of the workspace this plants
 * forbidden imports, expects lint to refuse every one of them, and looks whether the graph has edges at all.
 */
import './workspace/node-version.js';
import { appendFile, cp, mkdir, mkdtemp, readFile, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { main } from './workspace/main.js';
import { endWithChildren, packageProgram, root, runQuietly } from './workspace/run.js';

const boundaries = '@nx/enforce-module-boundaries';
const restricted = 'no-restricted-imports';

/** One forbidden import each, and the rule that has to object. */
const plants = [
  {
    what: 'an app imports another app',
    file: 'apps/gateway/src/main.ts',
    imports: '@qflow/sender',
    rule: boundaries,
  },
  {
    what: 'an app reaches into another app by path',
    file: 'apps/templates/src/main.ts',
    imports: '../../sender/src/main.js',
    rule: boundaries,
  },
  {
    what: 'contracts import messaging',
    file: 'libs/contracts/src/index.ts',
    imports: '@qflow/messaging',
    rule: boundaries,
  },
  {
    what: 'contracts import TypeORM',
    file: 'libs/contracts/src/index.ts',
    imports: 'typeorm',
    rule: restricted,
  },
  {
    what: 'signing imports contracts',
    file: 'libs/signing/src/index.ts',
    imports: '@qflow/contracts',
    rule: boundaries,
  },
  {
    what: 'an app ships test helpers',
    file: 'apps/sender/src/main.ts',
    imports: '@qflow/testing',
    rule: restricted,
  },
];

/** Far fewer than there are; an empty or broken graph has none. */
const FEWEST_EDGES = 10;
const sampleEdge = ['@qflow/gateway', '@qflow/contracts'];

/** What a copy does without: outputs, caches, and everything that is linked instead of copied. */
const left = new Set(['node_modules', 'dist', '.git', '.nx', '.local', '.typecheck', '.test-results.json']);

await main(async ({ progress }) => {
  const copy = await mkdtemp(path.join(tmpdir(), 'qflow-canary-'));
  const remove = () => rm(copy, { recursive: true, force: true });
  const signals = endWithChildren(() => void remove());
  try {
    await progress.step('Copying the workspace', () => copyWorkspace(copy));
    await progress.step('The project graph has edges', (report) => checkGraph(copy, report));
    await progress.step('The copy passes lint', () => expectClean(copy));
    await progress.step(`Lint refuses ${plants.length} planted imports`, () => expectRefusals(copy));
    return 0;
  } finally {
    signals.dispose();
    await remove();
  }
});

async function copyWorkspace(copy) {
  await cp(root, copy, { recursive: true, filter: (source) => !left.has(path.basename(source)) });
  await linkModules(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  for (const group of ['apps', 'libs', 'tools']) {
    for (const name of await readdir(path.join(root, group))) {
      const own = path.join(root, group, name, 'node_modules');
      if (existsSync(own)) await symlink(own, path.join(copy, group, name, 'node_modules'));
    }
  }
}

/** Links to every installed package, except for the workspace's own: those have to be the copy's. */
async function linkModules(from, to) {
  await mkdir(path.join(to, '@qflow'), { recursive: true });
  for (const name of await readdir(from)) {
    if (name !== '@qflow') await symlink(path.join(from, name), path.join(to, name));
  }
  for (const name of await readdir(path.join(from, '@qflow'))) {
    // Relative, so the same words mean the copy's folder.
    await symlink(await readlink(path.join(from, '@qflow', name)), path.join(to, '@qflow', name));
  }
}

/** Also leaves the graph in the copy's cache, which is where the lint rule reads it. */
async function checkGraph(copy, report) {
  const file = path.join(copy, 'graph.json');
  const [command, nx] = packageProgram('nx');
  await runQuietly(command, [nx, 'graph', `--file=${file}`], { name: 'nx graph', cwd: copy });
  const { dependencies } = JSON.parse(await readFile(file, 'utf8')).graph;
  const edges = Object.values(dependencies).flat();
  const [from, to] = sampleEdge;
  if (!dependencies[from]?.some(({ target }) => target === to)) throw new Error(`No edge ${from} → ${to}.`);
  if (edges.length <= FEWEST_EDGES) throw new Error(`The project graph has only ${edges.length} edges.`);
  report.title(`The project graph has edges: ${edges.length}`);
}

async function expectClean(copy) {
  const results = await lint(copy);
  const complaints = results.flatMap(({ filePath, messages }) =>
    messages.map(({ message }) => `${filePath}: ${message}`),
  );
  if (complaints.length > 0)
    throw new Error(`Lint objects before anything is planted:\n${complaints.join('\n')}`);
}

async function expectRefusals(copy) {
  for (const { file, imports } of plants) await appendFile(path.join(copy, file), `\nimport '${imports}';\n`);
  const results = await lint(copy);
  const passed = plants.filter(({ file, imports, rule }) => {
    const found = results.find(({ filePath }) => filePath.endsWith(file));
    // Without messages there is no source either.
    const lines = (found.source ?? '').split('\n');
    return !found.messages.some(
      ({ ruleId, line }) => ruleId === rule && lines[line - 1].includes(`'${imports}'`),
    );
  });
  if (passed.length > 0) {
    const list = passed.map(
      ({ what, file, imports, rule }) => `${what}: ${rule} let '${imports}' pass in ${file}`,
    );
    throw new Error(`Forbidden imports slip through:\n${list.join('\n')}`);
  }
}

/** @returns what ESLint found in the files that get a planted import. */
async function lint(copy) {
  const [command, eslint] = packageProgram('eslint');
  const files = [...new Set(plants.map(({ file }) => file))];
  const report = path.join(copy, 'lint.json');
  // Exit code 1 means that it objects; 2 that it could not work, and then there is no report.
  await runQuietly(command, [eslint, '--format', 'json', '--output-file', report, ...files], {
    cwd: copy,
  }).catch((error) => {
    if (!existsSync(report)) throw error;
  });
  const results = JSON.parse(await readFile(report, 'utf8'));
  await rm(report);
  return results;
}
