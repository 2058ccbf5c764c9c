import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** One setting, as `libs/service` defines it. */
export interface Setting {
  read: (raw: string) => unknown;
  expects: string;
  secret: boolean;
  default: unknown;
  optional: boolean;
}

export type Settings = Readonly<Record<string, Setting>>;

/** What an app's `config.js` exports. */
export interface AppSettings {
  settings: Settings;
  /** Of `migrate.js`, where that is not about a database. */
  streamSettings?: Settings;
}

/** Those with an image. */
export const apps = ['gateway', 'templates', 'sender', 'events', 'webhooks', 'sandbox'] as const;
export type App = (typeof apps)[number];

/** The workspace; two levels above the project, from `src` and from `dist` alike. */
export const workspace = path.resolve(import.meta.dirname, '../../../..');

/** The settings of every app, from what its build has compiled. */
export async function loadAppSettings(): Promise<Record<App, AppSettings>> {
  const loaded: [App, AppSettings][] = [];
  // One after the other: they share libraries, and Jest cannot load a module that is being loaded already.
  for (const app of apps)
    loaded.push([app, (await importBuilt(`apps/${app}/dist/config.js`)) as AppSettings]);
  return Object.fromEntries(loaded) as Record<App, AppSettings>;
}

/** A compiled file of the workspace. */
export const importBuilt = (file: string): Promise<unknown> =>
  import(pathToFileURL(path.join(workspace, file)).href);

/** What a program needs to run: `main.js` all there is, `migrate.js` a database, or what it says itself. */
export function settingsOfProgram({ settings, streamSettings }: AppSettings, program: string): Settings {
  if (program !== 'migrate.js') return settings;
  const ofDatabase = Object.entries(settings).filter(([name]) => name.startsWith('DATABASE_'));
  return streamSettings ?? Object.fromEntries(ofDatabase);
}
