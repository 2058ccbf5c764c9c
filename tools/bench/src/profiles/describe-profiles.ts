import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ServiceName } from '@qflow/local-stack';
import { renderTable } from '../cli/render-table.js';
import { hotFunctions, type CpuProfile } from './hot-functions.js';
import { profileFile, profileName } from './profile-file.js';

export interface ProfilesWritten {
  readonly rows: readonly string[];
  readonly services: readonly ServiceName[];
  readonly folder: string;
}

const shown = 15;

/** Where the profiles are, and for each the functions that took most time. */
export async function describeProfiles({ rows, services, folder }: ProfilesWritten): Promise<string> {
  const names = rows.flatMap((row) => services.map((service) => profileName(row, service)));
  const tables: string[] = [];
  for (const name of names) {
    const file = profileFile(folder, name, 'cpuprofile');
    // A row that brings its own stack has none.
    if (existsSync(file)) tables.push(`${file}\n${await tableOf(file)}\n`);
  }
  return ['', `Profiles, CPU and heap, are in ${folder}; most time of their own took:`, '', ...tables].join(
    '\n',
  );
}

async function tableOf(file: string): Promise<string> {
  const profile = JSON.parse(await readFile(file, 'utf8')) as CpuProfile;
  return renderTable({
    columns: ['share', 'ms', 'function', 'where'],
    rows: hotFunctions(profile, shown).map(({ name, place, ms, share }) => [
      `${(share * 100).toFixed(1)}%`,
      ms.toFixed(0),
      name,
      place,
    ]),
  }).replaceAll(/^/gm, '  ');
}
