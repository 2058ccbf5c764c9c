import { describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { AllowedMethods } from './allowed-methods.js';

describe('AllowedMethods', () => {
  it('knows the methods of a path, whatever its parameters', () => {
    const app = fastify();
    const allowed = new AllowedMethods();
    allowed.watch(app);
    const handler = (): void => undefined;
    app.get('/guest/:id', handler);
    app.post('/guest', handler);
    app.route({ method: ['PUT', 'PATCH'], url: '/guest/:id', handler });
    app.get('/qr/:token.png', handler);
    expect(allowed.of('/guest')).toEqual(['OPTIONS', 'POST']);
    expect(allowed.of('/guest/5')).toEqual(['GET', 'HEAD', 'OPTIONS', 'PATCH', 'PUT']);
    expect(allowed.of('/qr/abc.png')).toEqual(['GET', 'HEAD', 'OPTIONS']);
    expect(allowed.of('/qr/abcxpng')).toEqual([]);
    expect(allowed.of('/guest/5/more')).toEqual([]);
    expect(allowed.of('/guest/')).toEqual([]);
  });
});
