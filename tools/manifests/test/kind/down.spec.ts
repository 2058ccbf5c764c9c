import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakePrograms } from './fake-programs.js';

describe('npm run kind:down', () => {
  let programs: FakePrograms;

  beforeEach(async () => {
    programs = await FakePrograms.install('docker', 'kind');
  });
  afterEach(() => programs.remove());

  it('removes our cluster and no other', async () => {
    await programs.answer({ to: 'kind get clusters', says: ['other\nqflow\n'] });
    expect(await programs.run('down')).toMatchObject({ code: 0 });
    expect(await programs.journal()).toContain('kind delete cluster --name qflow');
  });

  it('has nothing to do where there is none', async () => {
    await programs.answer({ to: 'kind get clusters', says: ['qflow-other\n'] });
    const { code, output } = await programs.run('down');
    expect(code).toBe(0);
    expect(output).toContain('There is no cluster "qflow".');
    expect((await programs.journal()).some((line) => line.includes('delete'))).toBe(false);
  });
});
