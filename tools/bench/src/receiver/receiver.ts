import path from 'node:path';
import { AskedChild } from '../child/asked-child.js';
import type { Behaviour } from './endpoint.js';
import type { Questions } from './protocol.js';

/** The endpoints of a run, as its other processes see them. */
export class Receiver extends AskedChild<Questions> {
  /** @param node What runs it. */
  constructor(node?: string) {
    super('The receiver’s process', path.join(import.meta.dirname, 'receiver-process.js'), node);
  }

  /**
   * Makes endpoints that behave so from the beginning.
   * @param group What their latencies are summed up under.
   * @returns their URLs, by name
   */
  async open(names: readonly string[], group: string, behaviour: Behaviour): Promise<Map<string, string>> {
    const ports = await this.ask('open', { names, group });
    await this.ask('behave', { names, behaviour });
    return new Map(names.map((name) => [name, `http://127.0.0.1:${ports[name]}/webhook`]));
  }
}
