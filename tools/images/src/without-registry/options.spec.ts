import { describe, expect, it } from '@jest/globals';
import { readOptions } from './options.js';

const here = import.meta.dirname;
const read = (args: string[], env: NodeJS.ProcessEnv = {}) => readOptions(args, { cwd: here, env });

describe('npm run without-registry: options', () => {
  it('needs none', () => {
    expect(read([])).toEqual({ help: false, force: false, keep: false, ca: undefined });
  });

  it('takes the certificate from --ca, as a path from where it was typed', () => {
    expect(read(['--ca', 'options.ts', '--keep', '--force'])).toEqual({
      help: false,
      force: true,
      keep: true,
      ca: `${here}/options.ts`,
    });
  });

  it('takes it from NODE_EXTRA_CA_CERTS otherwise', () => {
    const env = { NODE_EXTRA_CA_CERTS: `${here}/options.ts` };
    expect(read([], env).ca).toBe(`${here}/options.ts`);
    expect(read(['--ca', 'options.spec.ts'], env).ca).toBe(`${here}/options.spec.ts`);
  });

  it.each([
    [['--ca', 'missing.pem'], `There is no ${here}/missing.pem`],
    [['--kepe'], "Unknown option '--kepe'"],
    [['now'], "Unexpected argument 'now'"],
  ])('%j is refused with a reason', (args, reason) => {
    expect(() => read(args)).toThrow(reason);
  });
});
