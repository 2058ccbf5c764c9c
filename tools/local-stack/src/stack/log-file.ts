import { createWriteStream, renameSync, type WriteStream } from 'node:fs';
import path from 'node:path';

/** A log that grew beyond this goes aside; together with the one put aside before, a service keeps twice as much. */
const ROTATE_AT_BYTES = 32 * 1024 * 1024;

/**
 * One process's log, complete, as it was printed. Every start begins a new file and keeps the one before as
 * `<name>.log.1`: that is where the reason for a crash is.
 */
export class LogFile {
  readonly path: string;
  #stream: WriteStream;
  #bytes = 0;

  constructor(folder: string, name: string) {
    this.path = path.join(folder, `${name}.log`);
    this.#stream = this.#open();
  }

  readonly write = (line: string): void => {
    this.#stream.write(`${line}\n`);
    this.#bytes += Buffer.byteLength(line) + 1;
    if (this.#bytes < ROTATE_AT_BYTES) return;
    this.#stream.end();
    this.#stream = this.#open();
  };

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(resolve));
  }

  #open(): WriteStream {
    this.#bytes = 0;
    try {
      renameSync(this.path, `${this.path}.1`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    const stream = createWriteStream(this.path, { mode: 0o600 });
    // A full disk must not take the stack down; the services themselves will say so loudly enough.
    stream.on('error', () => {});
    return stream;
  }
}

/** The log files of a stack, each opened when somebody has something to say. */
export class LogFiles {
  readonly #files = new Map<string, LogFile>();

  constructor(private readonly folder: string) {}

  of(name: string): LogFile {
    const file = this.#files.get(name) ?? new LogFile(this.folder, name);
    this.#files.set(name, file);
    return file;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.close()));
  }
}
