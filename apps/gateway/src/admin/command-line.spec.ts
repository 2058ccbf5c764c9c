import { describe, expect, it } from '@jest/globals';
import { readOptions } from './command-line.js';
import { UsageError } from './usage-error.js';

const options = { email: { type: 'string' }, comms: { type: 'boolean' } } as const;

describe('readOptions', () => {
  it('reads values and switches, and always knows --json', () => {
    expect({ ...readOptions(['--email', 'a@b.c', '--comms', '--json'], options) }).toEqual({
      email: 'a@b.c',
      comms: true,
      json: true,
    });
  });

  it('takes a value that starts with a dash, or is one', () => {
    expect(readOptions(['--email', '-x1', '--comms'], options)).toMatchObject({ email: '-x1', comms: true });
    expect(readOptions(['--email', '-', '--comms'], options)).toMatchObject({ email: '-', comms: true });
  });

  it.each([[['--email']], [['--what']], [['stray']], [['--comms=yes']], [['--email', '--comms']]])(
    'refuses %j',
    (args) => expect(() => readOptions(args, options)).toThrow(UsageError),
  );

  it.each([
    [['--emial', 'x'], "Unknown option '--emial'. Did you mean --email?"],
    [['--jsn'], "Unknown option '--jsn'. Did you mean --json?"],
    [['--zebra'], "Unknown option '--zebra'. This command takes --email, --comms, --json."],
    [['-e', 'x'], "Unknown option '-e'. This command takes"],
    [['--constructor'], "Unknown option '--constructor'."],
  ])('%j says which option there is', (args, message) => {
    expect(() => readOptions(args, options)).toThrow(message);
  });
});
