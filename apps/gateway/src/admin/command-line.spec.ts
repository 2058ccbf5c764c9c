import { describe, expect, it } from '@jest/globals';
import { readOptions, required, trustState } from './command-line.js';
import { UsageError } from './usage.js';

const options = { email: { type: 'string' }, comms: { type: 'boolean' } } as const;

describe('readOptions', () => {
  it('reads values and switches, and always knows --json', () => {
    expect({ ...readOptions(['--email', 'a@b.c', '--comms', '--json'], options) }).toEqual({
      email: 'a@b.c',
      comms: true,
      json: true,
    });
  });

  it('takes a value that starts with a dash', () => {
    expect(readOptions(['--email', '-x1', '--comms'], options)).toMatchObject({ email: '-x1', comms: true });
  });

  it.each([[['--email']], [['--what']], [['stray']], [['--comms=yes']], [['--email', '--comms']]])(
    'refuses %j',
    (args) => expect(() => readOptions(args, options)).toThrow(UsageError),
  );
});

describe('required and trustState', () => {
  it('say which option is missing or wrong', () => {
    expect(() => required({ email: '' }, 'email')).toThrow('--email is missing');
    expect(() => trustState('full', 'state')).toThrow('--state must be one of unverified, pending, verified');
    expect(trustState('pending', 'state')).toBe('pending');
  });
});
