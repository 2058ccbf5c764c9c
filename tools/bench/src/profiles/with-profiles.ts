import type { ServiceName } from '@qflow/local-stack';
import type { Settings } from '../row.js';
import { profileName } from './profile-file.js';

export interface ProfilesWanted {
  readonly row: string;
  /** Of whom. */
  readonly services: readonly ServiceName[];
  readonly folder: string;
}

/** These services write a CPU and a heap profile into the folder when they end, for the developer tools of a browser. */
export function withProfiles(settings: Settings, { row, services, folder }: ProfilesWanted): Settings {
  const NODE_OPTIONS = `--import=${new URL('profiled.js', import.meta.url).href}`;
  const profiled = services.map((service) => {
    const own = { NODE_OPTIONS, BENCH_PROFILES: folder, BENCH_PROFILE_NAME: profileName(row, service) };
    return [service, { ...settings[service], ...own }] as const;
  });
  return { ...settings, ...Object.fromEntries(profiled) };
}
