import { Initial1763700000001 } from './0001-initial.js';
import { Sending1763700000002 } from './0002-sending.js';
import { Messages1763700000003 } from './0003-messages.js';
import { Notices1763700000004 } from './0004-notices.js';
import { Providers1763700000005 } from './0005-providers.js';
import { Standing1763700000006 } from './0006-standing.js';
import { OutboxRows1763700000007 } from './0007-outbox-rows.js';
import { OpenSends1763700000008 } from './0008-open-sends.js';

/** In the order in which they run. */
export const migrations = [
  Initial1763700000001,
  Sending1763700000002,
  Messages1763700000003,
  Notices1763700000004,
  Providers1763700000005,
  Standing1763700000006,
  OutboxRows1763700000007,
  OpenSends1763700000008,
];
