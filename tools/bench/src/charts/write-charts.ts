import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Named } from '../cli/named.js';
import { renderSvg } from './render-svg.js';

/** Writes one SVG for each row that has charts. @returns the files */
export async function writeCharts(folder: string, results: readonly Named[]): Promise<string[]> {
  const files: string[] = [];
  for (const { name, charts = [] } of results) {
    if (charts.length === 0) continue;
    await mkdir(folder, { recursive: true });
    const file = path.join(folder, `${name}.svg`);
    await writeFile(file, renderSvg(name, charts));
    files.push(file);
  }
  return files;
}
