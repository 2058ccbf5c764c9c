import path from 'node:path';
import { type App, apps } from './bundle/apps.js';
import { bundleApp } from './bundle/bundle-app.js';

const [app, out, ...rest] = process.argv.slice(2);

if (out === undefined || rest.length > 0 || !isApp(app)) {
  console.error(
    `usage: node tools/images/dist/cli.js APP FOLDER\nAPP is one of ${apps.join(', ')}; it has to be built.`,
  );
  process.exit(64);
}

const { programs, packages } = await bundleApp(app, path.resolve(out));
console.log(`${app}: ${programs.join(', ')} with ${packages.length} packages in ${out}`);

function isApp(name: string | undefined): name is App {
  return apps.some((known) => known === name);
}
