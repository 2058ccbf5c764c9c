import { describe, expect, it } from '@jest/globals';
import type { Row } from '../row.js';
import { readArguments } from './read-arguments.js';

const row = (name: string, ...options: string[]): Row => ({
  name,
  summary: '',
  options: Object.fromEntries(options.map((option) => [option, { doc: '', default: 5, min: 2 }])),
  run: () => Promise.reject(new Error('is not run here')),
});

const usualRows = [row('fast', 'rate', 'seconds'), row('slow', 'rate')];
const rows = [...usualRows, row('rare')];
const read = (...args: string[]) =>
  readArguments(args, { rows, usualRows, defaultDataDir: '/checkout/.local/bench', cwd: '/home/ada' });

describe('readArguments', () => {
  it('runs the usual rows with the defaults when nothing is said', () => {
    expect(read()).toEqual({
      rows: usualRows,
      list: false,
      keep: false,
      dataDir: '/checkout/.local/bench',
      jsonFile: undefined,
      compareFile: undefined,
      planFile: undefined,
      chartsDir: '/checkout/.local/bench/charts',
      root: undefined,
      profiles: [],
      profilesDir: '/checkout/.local/bench/profiles',
      chosen: {},
    });
  });

  it('takes rows, their numbers and files from where the caller is', () => {
    const { rows: picked, ...rest } = read(
      ...[
        ...['slow', '--rate', '1_000', '--keep'],
        ...['--json', 'out.json', '--compare', 'old.json', '--charts', 'svg'],
        ...['--data', '/tmp/x', '--checkout', '../old'],
      ],
    );
    expect(picked.map(({ name }) => name)).toEqual(['slow']);
    expect(rest).toMatchObject({
      keep: true,
      dataDir: '/tmp/x',
      jsonFile: '/home/ada/out.json',
      compareFile: '/home/ada/old.json',
      chartsDir: '/home/ada/svg',
      profilesDir: '/tmp/x/profiles',
      root: '/home/old',
      chosen: { rate: 1_000 },
    });
  });

  it('runs what is named, also what does not usually run', () => {
    expect(read('rare', 'slow').rows.map(({ name }) => name)).toEqual(['rare', 'slow']);
  });

  it('takes profiles of several services, or of all', () => {
    expect(read('--profile', 'webhooks', '--profile', 'sender').profiles).toEqual(['sender', 'webhooks']);
    expect(read('--profile', 'all').profiles).toHaveLength(6);
  });

  it.each([
    ['an unknown row', ['medium'], 'There is no row "medium". The rows are fast, slow, rare.'],
    ['an unknown option', ['--speed', '3'], '--checkout'],
    ['an option of another row', ['slow', '--seconds', '3'], '--seconds is no option of slow.'],
    ['no number', ['--rate', 'many'], '--rate is "many", expected a number of at least 2.'],
    ['nothing', ['--rate', ''], '--rate is "", expected a number of at least 2.'],
    ['a profile of nobody', ['--profile', 'nats'], '--profile is "nats", expected one of gateway, templates'],
    ['too little', ['--rate', '1'], '--rate is "1", expected a number of at least 2.'],
  ])('refuses %s', (_what, args, message) => {
    expect(() => read(...args)).toThrow(message);
  });
});
