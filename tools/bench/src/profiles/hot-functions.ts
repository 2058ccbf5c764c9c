/** What V8 writes as a CPU profile, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  /** Ids of nodes: who was at work at each look. */
  readonly samples: readonly number[];
  /** Microseconds before each look. */
  readonly timeDeltas: readonly number[];
}

/** A function, and the time in it without what it calls. */
export interface HotFunction {
  readonly name: string;
  /** Package, or file of ours, and line; empty for V8's own. */
  readonly place: string;
  readonly ms: number;
  /** Of the time that the process was not idle. */
  readonly share: number;
}

const idle = '(idle)';

/** The functions that took most time themselves, most first. */
export function hotFunctions({ nodes, samples, timeDeltas }: CpuProfile, count: number): HotFunction[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const micros = new Map<string, { name: string; place: string; micros: number }>();
  let busy = 0;
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    if (!frame || frame.functionName === idle) return;
    const name = frame.functionName || '(anonymous)';
    const place = placeOf(frame);
    const key = `${name} ${place}`;
    const found = micros.get(key) ?? { name, place, micros: 0 };
    const delta = timeDeltas[index] ?? 0;
    found.micros += delta;
    busy += delta;
    micros.set(key, found);
  });
  return [...micros.values()]
    .sort((a, b) => b.micros - a.micros)
    .slice(0, count)
    .map(({ name, place, micros: own }) => ({ name, place, ms: own / 1_000, share: own / busy }));
}

/** `pg:120`, `apps/sender/dist/x.js:7`, `node:net:5`; line numbers of a profile count from 0. */
function placeOf({ url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  if (!url) return '';
  const line = lineNumber + 1;
  const [, dependency] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  const [, own] = /((?:apps|libs|tools)\/.*)$/.exec(url) ?? [];
  return `${dependency ?? own ?? url}:${line}`;
}
