import { describe, expect, it } from '@jest/globals';
import { sandboxBanner } from './banner.js';

const running = { url: 'http://127.0.0.1:3005', apiKey: 'SG.mine', publicKey: 'MFkw' };

describe('sandboxBanner', () => {
  it('tells where everything is', () => {
    const text = sandboxBanner({ ...running, webhook: 'http://127.0.0.1:4000/hook' });
    for (const part of ['http://127.0.0.1:3005/', 'SG.mine', 'MFkw', 'http://127.0.0.1:4000/hook'])
      expect(text).toContain(part);
  });

  it('tells how to have events posted where they are not', () => {
    expect(sandboxBanner(running)).toContain('nobody; name your webhook with --webhook URL');
  });
});
