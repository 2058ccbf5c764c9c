import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { pino } from 'pino';
import { httpSettings } from './config/common-settings.js';
import { loadConfig } from './config/load-config.js';
import { Readiness } from './health/health.js';
import { startService, type RunningService } from './run-service.js';

@Controller()
class HelloController {
  @Get('hello')
  hello(): { hello: string } {
    return { hello: 'world' };
  }

  @Get('doors/:token')
  door(): { open: true } {
    return { open: true };
  }
}

@Module({ controllers: [HelloController] })
class HelloModule {}

let service: RunningService | undefined;

const start = async (logger = pino({ level: 'silent' })): Promise<RunningService> => {
  service = await startService(
    {
      platform: { name: 'spec' },
      http: loadConfig(httpSettings(0), { HOST: '127.0.0.1', LOG_LEVEL: 'fatal' }),
      module: HelloModule,
    },
    logger,
  );
  return service;
};
afterEach(async () => {
  await service?.close();
  service = undefined;
});

describe('a service', () => {
  it('is live and ready, and says why when it is not ready', async () => {
    const { url, app } = await start();
    expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ status: 'ok' });
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    app.get(Readiness).require('database', () => {
      throw new Error('the connection was refused');
    });
    const unready = await fetch(`${url}/health/ready`);
    expect(unready.status).toBe(503);
    expect(await unready.text()).toContain('the connection was refused');
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });

  it('shows parts that do not work as they should, and stays ready', async () => {
    const { app, url } = await start();
    let degraded = false;
    app.get(Readiness).show('sending', () => ({ degraded, details: { provider: 'sendgrid' } }));
    const fine = await fetch(`${url}/health`);
    expect(await fine.json()).toMatchObject({
      status: 'ok',
      info: { sending: { status: 'up', provider: 'sendgrid' } },
    });
    degraded = true;
    const impaired = await fetch(`${url}/health/ready`);
    expect(impaired.status).toBe(200);
    expect(await impaired.json()).toMatchObject({
      status: 'degraded',
      details: { sending: { status: 'degraded', provider: 'sendgrid' } },
    });
  });

  it('gives every answer a request id, and takes a harmless one over', async () => {
    const { url } = await start();
    const minted = (await fetch(`${url}/hello`)).headers.get('x-request-id');
    expect(minted).toMatch(/^[0-9a-f-]{36}$/);
    const taken = await fetch(`${url}/hello`, { headers: { 'x-request-id': 'order:42' } });
    expect(taken.headers.get('x-request-id')).toBe('order:42');
    const hostile = await fetch(`${url}/hello`, { headers: { 'x-request-id': 'a b"c' } });
    expect(hostile.headers.get('x-request-id')).not.toBe('a b"c');
  });

  it('logs requests by path, without their query and without a token that is part of it', async () => {
    const paths: string[] = [];
    const logged = new EventEmitter();
    const write = (line: string): void => {
      const { path } = JSON.parse(line) as { path?: string };
      if (path !== undefined && paths.push(path) === 2) logged.emit('both');
    };
    const { url } = await start(pino({ level: 'info' }, { write }));
    const both = once(logged, 'both');
    await fetch(`${url}/hello?secret=1`);
    await fetch(`${url}/doors/open-sesame`);
    await both;
    expect(paths).toEqual(['/hello', '/doors/:token']);
  });

  it('measures requests by route, not by path', async () => {
    const { url } = await start();
    await fetch(`${url}/hello?x=1`);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('qflow_http_request_seconds_count{method="GET",route="/hello",status="200"} 1');
    expect(metrics).toContain('process_resident_memory_bytes');
  });

  it('stops although somebody holds a connection without ever having asked for anything', async () => {
    const { url, close } = await start();
    const { hostname, port } = new URL(url);
    const silent = connect(Number(port), hostname);
    await once(silent, 'connect');
    // The server has seen the connection once it has seen a later one.
    await fetch(`${url}/hello`);
    await Promise.all([close(), once(silent, 'close')]);
    service = undefined;
  });
});
