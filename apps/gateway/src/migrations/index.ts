import { Initial1732200000001 } from './0001-initial.js';
import { LoginsAndGuesses1732200000002 } from './0002-logins-and-guesses.js';
import { KeysAndOperators1732200000003 } from './0003-keys-and-operators.js';
import { KeysAndCounters1732200000004 } from './0004-keys-and-counters.js';
import { EventsAndGuests1732200000005 } from './0005-events-and-guests.js';
import { Notices1732200000006 } from './0006-notices.js';
import { RecipientChoices1763700000007 } from './0007-recipient-choices.js';
import { OutboxRows1763700000008 } from './0008-outbox-rows.js';
import { QuickPaths1763700000009 } from './0009-quick-paths.js';

/** In the order in which they run. */
export const migrations = [
  Initial1732200000001,
  LoginsAndGuesses1732200000002,
  KeysAndOperators1732200000003,
  KeysAndCounters1732200000004,
  EventsAndGuests1732200000005,
  Notices1732200000006,
  RecipientChoices1763700000007,
  OutboxRows1763700000008,
  QuickPaths1763700000009,
];
