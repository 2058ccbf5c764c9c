import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { workspace } from './compose-file.js';

/** One setting, as `libs/service` defines it. */
export interface Setting {
  read: (raw: string) => unknown;
  default: unknown;
  optional: boolean;
}

export type Settings = Readonly<Record<string, Setting>>;

/** What the programs of an app read from their environment. */
export interface AppSettings {
  settings: Settings;
  /** Of `migrate.js`, where that is not about a database. */
  streamSettings?: Settings;
}

export const apps = ['gateway', 'templates', 'sender', 'events', 'webhooks', 'sandbox'];

/** From what the build of each app has compiled. */
export async function loadSettings(): Promise<Record<string, AppSettings>> {
  const loaded: [string, AppSettings][] = [];
  // One after the other: they share libraries, and Jest cannot load a module that is being loaded already.
  for (const app of apps) {
    const file = path.join(workspace, 'apps', app, 'dist/config.js');
    loaded.push([app, (await import(pathToFileURL(file).href)) as AppSettings]);
  }
  return Object.fromEntries(loaded);
}

/** What a program of an app may find in its environment. */
export function settingsOf({ settings, streamSettings }: AppSettings, program: string): Settings {
  if (program === 'main.js') return settings;
  if (program === 'migrate.js' && streamSettings) return streamSettings;
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name.startsWith('DATABASE_')));
}
