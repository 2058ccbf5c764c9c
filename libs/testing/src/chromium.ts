import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { access, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** A browser that can be started, and what its process needs in its environment. */
export interface Chromium {
  executablePath: string;
  env: Record<string, string>;
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * The Chromium of `CHROME_PATH`, else the one on the PATH, else the one that npm has installed: nothing has to be
 * set up for browser tests, and whoever has a browser already unpacks no second one.
 */
export async function findChromium(env: Record<string, string | undefined> = process.env): Promise<Chromium> {
  if (env['CHROME_PATH']) return { executablePath: env['CHROME_PATH'], env: {} };
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
  const installed = names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(canRun);
  return installed ? { executablePath: installed, env: {} } : packagedChromium();
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Unpacks `@sparticuz/chromium` once for each user: its own place is one file in the common temporary folder, which
 * one user cannot run after another, and which a second process would find half written.
 */
async function packagedChromium(): Promise<Chromium> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('Browser tests need Chromium or Chrome: install one, or name one in CHROME_PATH.');
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const folder = path.join(tmpdir(), `qflow-browser-${await versionOf(entry)}-${process.getuid?.()}`);
  if (!(await exists(folder))) await unpack(entry, folder);
  return {
    executablePath: path.join(folder, 'chromium'),
    env: {
      LD_LIBRARY_PATH: path.join(folder, 'al2023', 'lib'),
      FONTCONFIG_PATH: path.join(folder, 'fonts'),
    },
  };
}

/** @param entry `build/cjs/index.cjs` of the package */
async function versionOf(entry: string): Promise<string> {
  const file = await readFile(path.join(path.dirname(entry), '..', '..', 'package.json'), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}

const unpacking = `import(process.argv[1]).then((chromium) => chromium.default.executablePath())`;

const fontsConf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

async function unpack(entry: string, folder: string): Promise<void> {
  const draft = await mkdtemp(`${folder}-`);
  await promisify(execFile)(process.execPath, ['-e', unpacking, entry], {
    // The package unpacks to the temporary folder, and its shared libraries only where it believes to be on Lambda.
    env: { PATH: process.env['PATH'], TMPDIR: draft, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' },
  });
  // The package's own looks for fonts in `/tmp/fonts` and on Lambda only, and without fonts a page has no text.
  await writeFile(path.join(draft, 'fonts', 'fonts.conf'), fontsConf);
  // Whoever is first wins; everybody has unpacked the same.
  await rename(draft, folder).catch(async (error: unknown) => {
    await rm(draft, { recursive: true });
    if (!(await exists(folder))) throw error;
  });
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
