import { open, type FileHandle } from 'node:fs/promises';
import { readEntry } from './read-entry.js';

/** A blocklist in memory. */
export interface BlockedNames {
  readonly hosts: ReadonlySet<string>;
  /** By `urlKey`. */
  readonly urls: ReadonlySet<string>;
}

/** Entries of one file at the most: some 75 bytes each, and twice that while a new one replaces it. */
const maxEntries = 2_000_000;

/**
 * Reads a blocklist line by line, giving way to other work in between.
 * @throws Error saying why the file is none: it cannot be read, holds nothing, or too much that is neither host nor URL
 */
export async function loadList(path: string): Promise<BlockedNames> {
  const file = await open(path);
  try {
    return await readAll(file);
  } finally {
    await file.close();
  }
}

async function readAll(file: FileHandle): Promise<BlockedNames> {
  const hosts = new Set<string>();
  const urls = new Set<string>();
  let unreadable = 0;
  for await (const line of file.readLines({ autoClose: false })) {
    const entry = readEntry(line);
    if (entry === 'skip') continue;
    if (entry === 'unreadable') unreadable++;
    else if (entry.kind === 'url') urls.add(entry.key);
    else for (const host of entry.hosts) hosts.add(host);
    if (hosts.size + urls.size > maxEntries) throw new Error(`it has more than ${maxEntries} entries`);
  }
  const entries = hosts.size + urls.size;
  // An error page that was saved in place of the list has lines too.
  if (entries === 0) throw new Error('it holds no host and no URL');
  if (unreadable > entries) throw new Error(`${unreadable} of its lines are neither a host nor a URL`);
  return { hosts, urls };
}
