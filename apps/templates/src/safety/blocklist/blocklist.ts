import { stat } from 'node:fs/promises';
import { Periodic } from '@qflow/persistence';
import type { Logger } from 'pino';
import type { UrlScanner } from '../url-scanner.js';
import { hostOf, isWeb, type CheckedUrl } from '../urls/checked-url.js';
import { loadList, type BlockedNames } from './load-list.js';
import { urlKey } from './read-entry.js';

export interface BlocklistOptions {
  readonly files: readonly string[];
  /** How often the files are looked at. */
  readonly checkMs: number;
  readonly logger: Logger;
}

interface ListFile {
  readonly path: string;
  /** What the file was when it was read last, for better or worse. */
  stamp: string;
  /** The last good content. */
  names: BlockedNames | undefined;
  /** What is wrong with what is there now. */
  problem: string | undefined;
}

/**
 * Hosts and URLs that operators have on file. The files are read again when they change, also by being replaced;
 * where one cannot be read, what was read last remains in force.
 */
export class Blocklist implements UrlScanner {
  private readonly files: ListFile[];
  private readonly periodic: Periodic;

  constructor(private readonly options: BlocklistOptions) {
    this.files = options.files.map((path) => ({ path, stamp: '', names: undefined, problem: undefined }));
    this.periodic = new Periodic({
      everyMs: options.checkMs,
      work: () => this.refresh(),
      onError: (err) => options.logger.error({ err }, 'looking at the URL blocklists failed'),
    });
  }

  /** Reads all files, and looks at them again and again from then on. */
  async start(): Promise<void> {
    if (this.files.length === 0) return;
    await this.refresh();
    this.periodic.start();
  }

  async stop(): Promise<void> {
    await this.periodic.stop();
  }

  /** Hosts and URLs in force. */
  get size(): number {
    return this.files.reduce((sum, { names }) => sum + (names ? names.hosts.size + names.urls.size : 0), 0);
  }

  /** Files that cannot be read as they are now. */
  get brokenFiles(): number {
    return this.files.filter(({ problem }) => problem !== undefined).length;
  }

  /** @throws Error naming a file that has not been read once: without it, templates are checked less than was asked for */
  requireLoaded(): void {
    for (const { path, names, problem } of this.files)
      if (!names)
        throw new Error(`the URL blocklist ${path} cannot be used: ${problem ?? 'it is not read yet'}`);
  }

  /** Reads what has changed. */
  async refresh(): Promise<void> {
    for (const file of this.files) await this.refreshFile(file);
  }

  async scan(urls: readonly CheckedUrl[]): Promise<(string | null)[]> {
    return urls.map((url) =>
      url.url && isWeb(url) && !url.isLost ? this.reasonOf(hostOf(url), url.url) : null,
    );
  }

  private reasonOf(host: string, url: URL): string | null {
    for (const { names } of this.files) {
      if (!names) continue;
      const listed = withParents(host).find((name) => names.hosts.has(name));
      if (listed !== undefined) return `${listed} is on the blocklist of unsafe hosts`;
      if (names.urls.has(urlKey(url))) return 'it is on the blocklist of unsafe URLs';
    }
    return null;
  }

  private async refreshFile(file: ListFile): Promise<void> {
    const { logger } = this.options;
    const { path, names: before } = file;
    const started = performance.now();
    try {
      const stamp = await stampOf(path);
      if (stamp === file.stamp) return;
      file.stamp = stamp;
      file.names = await loadList(path);
      file.problem = undefined;
      const { hosts, urls } = file.names;
      const durationMs = Math.round(performance.now() - started);
      logger.info({ path, hosts: hosts.size, urls: urls.size, durationMs }, 'URL blocklist read');
    } catch (error) {
      const problem = (error as Error).message;
      // Once for each problem, not once for each look.
      if (problem !== file.problem)
        logger.error(
          { path, problem },
          before ? 'URL blocklist not usable; its last content remains in force' : 'URL blocklist not usable',
        );
      file.problem = problem;
    }
  }
}

/** A file that is replaced by renaming has another inode, whatever its times say. */
async function stampOf(path: string): Promise<string> {
  const { ino, size, mtimeMs } = await stat(path);
  return `${ino} ${size} ${mtimeMs}`;
}

/** `a.b.example`, `b.example`, `example`: whoever lists a domain means all of it. */
function withParents(host: string): string[] {
  const labels = host.split('.');
  return labels.map((_label, index) => labels.slice(index).join('.'));
}
