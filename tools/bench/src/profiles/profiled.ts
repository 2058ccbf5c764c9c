/**
 * Loaded ahead of a service (`--import`, see `withProfiles`): records where its CPU time goes and what allocates its
 * memory, and writes both when it ends. Node's own `--cpu-prof` may not stand in NODE_OPTIONS.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import path from 'node:path';
import { profileFile, type ProfileKind } from './profile-file.js';

const { BENCH_PROFILES: folder = '.', BENCH_PROFILE_NAME: name = 'service' } = process.env;
const session = new Session();

/** In the thread it looks at, a session answers before `post` returns. */
function ask(method: string, params: object = {}): object {
  let answer: object = {};
  session.post(method, params, (error, result) => {
    if (error) throw error;
    answer = result ?? {};
  });
  return answer;
}

function write(kind: ProfileKind, answer: object): void {
  const { profile } = answer as { profile: object };
  writeFileSync(profileFile(folder, name, kind), JSON.stringify(profile));
}

// What prepares a service (its migrations, its admin commands) is started with the same settings.
if (path.basename(process.argv[1] ?? '') === 'main.js') {
  session.connect();
  ask('Profiler.enable');
  ask('Profiler.start');
  ask('HeapProfiler.enable');
  // Garbage included: it is what the collector works for.
  ask('HeapProfiler.startSampling', {
    samplingInterval: 16 * 1024,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  process.on('exit', () => {
    mkdirSync(folder, { recursive: true });
    write('cpuprofile', ask('Profiler.stop'));
    write('heapprofile', ask('HeapProfiler.stopSampling'));
  });
}
