import type { Heard } from '../receiver/hearing.js';

/** What an e-mail to a well mailbox has to be told with, each once. */
const told = ['comms.sent', 'comms.delivered'];

export interface SendVerdict {
  /** Sends that were not told of completely, with what is missing. */
  readonly lost: readonly string[];
  /** Sends of which something was told as two events. */
  readonly doubled: readonly string[];
}

/** Holds what was promised against what was told. */
export function judgeSends(accepted: readonly string[], heard: Heard): SendVerdict {
  const [lost, doubled]: [string[], string[]] = [[], []];
  for (const id of accepted) {
    const types = heard.get(id);
    const missing = told.filter((type) => !types?.has(type));
    if (missing.length > 0) lost.push(`${id} (no ${missing.join(', no ')})`);
    if (told.some((type) => (types?.get(type) ?? 0) > 1)) doubled.push(id);
  }
  return { lost, doubled };
}
