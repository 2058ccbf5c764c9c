import type { Row } from '../row.js';
import { accept } from './accept/accept.js';
import { backlog } from './backlog/backlog.js';
import { bulk } from './bulk/bulk.js';
import { chaos } from './chaos/chaos.js';
import { fanout } from './fanout/fanout.js';
import { faults } from './faults/faults.js';
import { growth } from './growth/growth.js';
import { ingest } from './ingest/ingest.js';
import { latency } from './latency/latency.js';
import { log } from './log/log.js';
import { neighbours } from './neighbours/neighbours.js';
import { overload } from './overload/overload.js';
import { pipeline } from './pipeline/pipeline.js';
import { soak } from './soak/soak.js';
import { start } from './start/start.js';

/** The table of targets.md, in its order: what runs when no row is named. A new one is a file and a word here. */
export const usualRows: readonly Row[] = [
  pipeline,
  fanout,
  accept,
  bulk,
  ingest,
  latency,
  neighbours,
  growth,
  start,
];

/** What takes longer, or proves something else than speed: these run when they are named. */
export const namedRows: readonly Row[] = [overload, soak, backlog, chaos, faults, log];

/** Every row there is. */
export const rows: readonly Row[] = [...usualRows, ...namedRows];
