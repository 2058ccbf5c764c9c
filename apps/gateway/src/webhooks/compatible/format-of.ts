import type { FormatName } from '@qflow/contracts';

/** Names that SendComms and EmailFlow share and Qflow does not have. */
const foreign = /^(email|contact)\./;

/**
 * The wire format of a webhook that was asked for in another system's words: what the caller names, else SendComms' for
 * its `email.*` events. EmailFlow's names are the same ones, so who wants its payload has to say so.
 */
export const formatOf = (asked: FormatName | undefined, events: readonly string[]): FormatName =>
  asked ?? (events.some((name) => foreign.test(name)) ? 'sendcomms' : 'qflow');
