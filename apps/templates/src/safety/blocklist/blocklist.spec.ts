import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino, type Logger } from 'pino';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Unknowns } from '../liquid/unknowns.js';
import { readUrl } from '../urls/checked-url.js';
import { Blocklist } from './blocklist.js';

let folder: string;
let path: string;
let lines: { level: number; msg: string; problem?: string }[];
let logger: Logger;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blocklist-'));
  path = join(folder, 'hosts');
  lines = [];
  logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[number]) });
});
afterEach(() => rm(folder, { recursive: true }));

const listOf = (...files: string[]): Blocklist => new Blocklist({ files, checkMs: 60_000, logger });
const isListed = async (list: Blocklist, url: string): Promise<boolean> => {
  const checked = readUrl({ url, place: 'link', shows: [] }, new Unknowns(), '');
  return (await list.scan([checked]))[0] !== null;
};

describe('Blocklist', () => {
  it('knows hosts with all that is below them, and URLs with either scheme', async () => {
    await writeFile(path, '0.0.0.0 evil.example\nhttps://shared.example/x\n');
    const list = listOf(path);
    await list.refresh();
    expect(list.size).toBe(2);
    expect(await isListed(list, 'https://evil.example/')).toBe(true);
    expect(await isListed(list, 'http://a.b.EVIL.example.:8080/x')).toBe(true);
    expect(await isListed(list, 'https://notevil.example/')).toBe(false);
    expect(await isListed(list, 'http://shared.example/x#y')).toBe(true);
    expect(await isListed(list, 'http://shared.example/')).toBe(false);
    expect(await isListed(list, 'mailto:x@evil.example')).toBe(false);
  });

  it('sees that a file was written to, and that one was put in its place', async () => {
    await writeFile(path, 'one.example\n');
    const list = listOf(path);
    await list.refresh();
    await writeFile(path, 'one.example\ntwo.example\n');
    await list.refresh();
    expect(await isListed(list, 'https://two.example/')).toBe(true);
    await writeFile(`${path}.new`, 'six.example\n');
    await rename(`${path}.new`, path);
    await list.refresh();
    expect(await isListed(list, 'https://six.example/')).toBe(true);
    expect(await isListed(list, 'https://two.example/')).toBe(false);
  });

  it('does not read what has not changed', async () => {
    await writeFile(path, 'one.example\n');
    const list = listOf(path);
    await list.refresh();
    await list.refresh();
    expect(lines.map(({ msg }) => msg)).toEqual(['URL blocklist read']);
  });

  it.each([
    ['is gone', () => rm(path), 'ENOENT'],
    ['is empty', () => writeFile(path, ''), 'it holds no host and no URL'],
    ['is an error page', () => writeFile(path, '<html>\n<h1>502</h1>\nevil.example\n'), '2 of its lines'],
  ])('keeps what it has where the file %s, says so once, and recovers', async (_case, spoil, problem) => {
    await writeFile(path, 'one.example\n');
    const list = listOf(path);
    await list.refresh();
    await spoil();
    await list.refresh();
    await list.refresh();
    expect(await isListed(list, 'https://one.example/')).toBe(true);
    expect(list.brokenFiles).toBe(1);
    expect(() => list.requireLoaded()).not.toThrow();
    expect(lines.slice(1)).toMatchObject([
      { level: 50, msg: 'URL blocklist not usable; its last content remains in force' },
    ]);
    expect(lines[1]?.problem).toContain(problem);
    await writeFile(path, 'two.example\nthree.example\n');
    await list.refresh();
    expect(await isListed(list, 'https://two.example/')).toBe(true);
    expect(list.brokenFiles).toBe(0);
  });

  it('is not loaded while a file has never been read, and uses the others', async () => {
    const missing = join(folder, 'missing');
    await writeFile(path, 'one.example\n');
    const list = listOf(missing, path);
    await list.start();
    await list.stop();
    expect(() => list.requireLoaded()).toThrow(/the URL blocklist .*missing cannot be used: ENOENT/);
    expect(await isListed(list, 'https://one.example/')).toBe(true);
    await writeFile(missing, 'two.example\n');
    await list.refresh();
    expect(() => list.requireLoaded()).not.toThrow();
  });

  it('is nothing to wait for without files', async () => {
    const list = listOf();
    await list.start();
    await list.stop();
    expect(await isListed(list, 'https://evil.example/')).toBe(false);
  });
});
