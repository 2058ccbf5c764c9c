import { rm } from 'node:fs/promises';
import path from 'node:path';
import { freePort, resetStack, workspaceRoot } from '@qflow/local-stack';
import { defineLoneRow, type Place, type Report } from '../../row.js';
import { clone, type Clone } from './clone.js';
import { npmStart } from './npm-start.js';

const options = {
  within: { doc: 'seconds after which a start is given up', default: 300, min: 1 },
};

/** targets.md: "cold `npm start` to ready (install and build included): ≤ 120 s; warm ≤ 10 s". */
const [coldSeconds, warmSeconds] = [120, 10];

export const start = defineLoneRow({
  name: 'start',
  summary: 'from git clone to a stack that is ready, install and build included, and once more',
  options,
  async runAlone(place, { within }, report) {
    const { cold, warm, commit, changed } = await measure(place, within, report);
    return {
      figure: cold,
      unit: 's, cold',
      target: `≤ ${coldSeconds} s; warm ≤ ${warmSeconds} s`,
      met: cold <= coldSeconds && warm <= warmSeconds,
      ...{ lost: 0, duplicated: 0, p50Ms: warm * 1_000, p99Ms: cold * 1_000 },
      notes: [
        `a clone of ${commit}${changed > 0 ? `, without the ${changed} files that are not committed` : ''}, with an empty cache of npm's: ready after ${cold.toFixed(1)} s`,
        `stopped, and started again: ready after ${warm.toFixed(1)} s`,
        'the table has the warm start under p50 and the cold one under p99',
      ],
    };
  },
});

interface Measured extends Clone {
  /** Seconds. */
  readonly cold: number;
  readonly warm: number;
}

/** Nothing of it is left afterwards. */
async function measure({ dataDir, root, signal }: Place, within: number, report: Report): Promise<Measured> {
  const [folder, cache, data] = ['checkout', 'npm-cache', 'data'].map((name) => path.join(dataDir, name)) as [
    string,
    string,
    string,
  ];
  const cleanUp = async (): Promise<void> => {
    await resetStack(data, report.note);
    for (const each of [folder, cache]) await rm(each, { recursive: true, force: true });
  };
  const run = async (detail: string): Promise<number> => {
    report.detail(`npm start, ${detail}`);
    const port = await freePort();
    return npmStart({ folder, cache, port, signal, dataDir: data, withinSeconds: within });
  };
  await cleanUp();
  try {
    report.detail('cloning');
    const cloned = await clone(root ?? workspaceRoot, folder, signal);
    const cold = await run('cold: nothing is installed, built or downloaded');
    return { ...cloned, cold, warm: await run('warm') };
  } finally {
    report.detail('removing the clone');
    await cleanUp();
  }
}
