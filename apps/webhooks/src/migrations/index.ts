import { Initial1763700000001 } from './0001-initial.js';
import { Platform1763700000002 } from './0002-platform.js';
import { OutboxRows1763700000003 } from './0003-outbox-rows.js';

/** In the order in which they run. */
export const migrations = [Initial1763700000001, Platform1763700000002, OutboxRows1763700000003];
