import { describe, expect, it } from '@jest/globals';
import type { Row } from '../row.js';
import { readArguments } from './read-arguments.js';

const row = (name: string, ...options: string[]): Row => ({
  name,
  summary: '',
  options: Object.fromEntries(options.map((option) => [option, { doc: '', default: 5, min: 2 }])),
  run: () => Promise.reject(new Error('is not run here')),
});

const rows = [row('fast', 'rate', 'seconds'), row('slow', 'rate')];
const read = (...args: string[]) =>
  readArguments(args, { rows, defaultDataDir: '/checkout/.local/bench', cwd: '/home/ada' });

describe('readArguments', () => {
  it('runs everything with the defaults when nothing is said', () => {
    expect(read()).toEqual({
      rows,
      list: false,
      keep: false,
      dataDir: '/checkout/.local/bench',
      jsonFile: undefined,
      root: undefined,
      profile: undefined,
      chosen: {},
    });
  });

  it('takes rows, their numbers and files from where the caller is', () => {
    const { rows: picked, ...rest } = read(
      ...[
        'slow',
        '--rate',
        '1_000',
        '--json',
        'out.json',
        '--data',
        '/tmp/x',
        '--keep',
        '--checkout',
        '../old',
      ],
    );
    expect(picked.map(({ name }) => name)).toEqual(['slow']);
    expect(rest).toMatchObject({
      keep: true,
      dataDir: '/tmp/x',
      jsonFile: '/home/ada/out.json',
      root: '/home/old',
      chosen: { rate: 1_000 },
    });
  });

  it.each([
    ['an unknown row', ['medium'], 'There is no row "medium". The rows are fast, slow.'],
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
