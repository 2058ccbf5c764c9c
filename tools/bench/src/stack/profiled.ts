/**
 * Loaded ahead of a service (`--import`, see `withProfile`): records where its CPU time goes and what allocates its
 * memory, and writes both when it ends. Node's own `--cpu-prof` may not stand in NODE_OPTIONS.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import path from 'node:path';

const folder = process.env.BENCH_PROFILES ?? '.';
const session = new Session();
session.connect();

/** In the thread it looks at, a session answers before `post` returns. */
function ask(method: string): object {
  let answer: object = {};
  session.post(method, (error, result) => {
    if (error) throw error;
    answer = result ?? {};
  });
  return answer;
}

ask('Profiler.enable');
ask('Profiler.start');
ask('HeapProfiler.enable');
ask('HeapProfiler.startSampling');

process.on('exit', () => {
  mkdirSync(folder, { recursive: true });
  const write = (kind: string, answer: object) =>
    writeFileSync(
      path.join(folder, `${process.pid}.${kind}`),
      JSON.stringify((answer as { profile: object }).profile),
    );
  write('cpuprofile', ask('Profiler.stop'));
  write('heapprofile', ask('HeapProfiler.stopSampling'));
});
