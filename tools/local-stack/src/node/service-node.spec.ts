import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { isAsNew, locateServiceNode } from './service-node.js';

describe('the Node of the services', () => {
  it.each([
    ['20.20.2', false],
    ['22.3.0', false],
    ['24.0.0', true],
    ['26.10.0', true],
  ])('takes Node %s as it is: %s', (version, enough) => {
    expect(isAsNew(version)).toBe(enough);
  });

  it('can be run', async () => {
    const said = execFileSync(await locateServiceNode(() => {}), ['--version'], { encoding: 'utf8' });
    expect(said).toMatch(/^v\d+\.\d+\.\d+\n$/);
  });
});
