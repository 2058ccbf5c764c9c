import type { Row } from '../row.js';
import { backlog } from './backlog/backlog.js';
import { chaos } from './chaos/chaos.js';
import { faults } from './faults/faults.js';
import { log } from './log/log.js';
import { pipeline } from './pipeline/pipeline.js';
import { neighbours } from './neighbours/neighbours.js';

/** Every row, in the order in which they run. A new one is a file of its own and a word here. */
export const rows: readonly Row[] = [pipeline, neighbours, backlog, chaos, faults, log];
