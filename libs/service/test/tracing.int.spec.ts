import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, InternalServerErrorException, Module } from '@nestjs/common';
import { isTracing, recordSend, requestContext, traced } from '@qflow/messaging';
import { pino } from 'pino';
import { createLogger, httpSettings, loadConfig, startService, type RunningService } from '../src/index.js';
import { collector, type PostedSpan } from './collector.js';

@Controller()
class SpecController {
  @Get('doors/:token')
  door(): object {
    return requestContext.current() ?? {};
  }

  @Get('broken')
  broken(): never {
    throw new InternalServerErrorException();
  }
}

@Module({ controllers: [SpecController] })
class SpecModule {}

let sink: Awaited<ReturnType<typeof collector>>;
let service: RunningService | undefined;
beforeEach(async () => {
  sink = await collector();
});
afterEach(async () => {
  await service?.close();
  await sink.close();
});

async function start(env: Record<string, string>, logger = pino({ level: 'silent' })): Promise<string> {
  const http = loadConfig(httpSettings(0), { HOST: '127.0.0.1', ...env });
  service = await startService({ platform: { name: 'spec' }, http, module: SpecModule }, logger);
  return service.url;
}

/** What is left is sent when the service stops, so that everything is here afterwards. */
async function sentAtTheEnd(): Promise<PostedSpan[]> {
  await service?.close();
  service = undefined;
  return sink.spans;
}

const attributesOf = ({ attributes }: Pick<PostedSpan, 'attributes'>): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

const caller = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const traceparent = (flags: string): { traceparent: string } => ({
  traceparent: `00-${caller.traceId}-${caller.spanId}-${flags}`,
});

describe('a collector that is away', () => {
  it('is told of once, and holds up neither requests nor the end', async () => {
    await sink.close();
    const complaints: unknown[] = [];
    const complained = new EventEmitter();
    const write = (line: string): void => {
      const parsed = JSON.parse(line) as { level: string };
      if (parsed.level === 'warn' && complaints.push(parsed) === 1) complained.emit('once');
    };
    const told = once(complained, 'once');
    const logger = createLogger('spec', 'info', { write });
    const url = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url }, logger);
    expect((await fetch(`${url}/doors/1`)).status).toBe(200);
    await told;
    expect((await fetch(`${url}/doors/1`)).status).toBe(200);
    // With a span that is not sent yet, and will not be.
    await sentAtTheEnd();
    expect(complaints).toMatchObject([
      {
        endpoint: sink.url,
        reason: expect.stringContaining('ECONNREFUSED') as unknown,
        msg: expect.stringContaining('traces cannot be sent') as unknown,
      },
    ]);
    sink = await collector();
  });
});

describe('a service that traces', () => {
  it('makes a span of every request but probes, by its route, in the trace of its caller', async () => {
    const url = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `${sink.url}/` });
    const headers = traceparent('01');
    const seen = (await (await fetch(`${url}/doors/open-sesame?x=1`, { headers })).json()) as object;
    await fetch(`${url}/broken`);
    await fetch(`${url}/nowhere`);
    await fetch(`${url}/health/live`);
    const [door, broken, nowhere, ...others] = await sentAtTheEnd();
    expect(others).toEqual([]);
    expect(door).toMatchObject({
      name: 'GET /doors/:token',
      traceId: caller.traceId,
      parentSpanId: caller.spanId,
      status: { code: 0 },
    });
    expect(attributesOf(door as PostedSpan)).toMatchObject({
      'http.request.method': 'GET',
      'http.route': '/doors/:token',
      'http.response.status_code': 200,
    });
    expect(JSON.stringify(sink.spans)).not.toContain('open-sesame');
    // What is done for the request is done below its span.
    expect(seen).toMatchObject({ trace: { traceId: caller.traceId, spanId: door?.spanId, traceFlags: 1 } });
    expect(broken).toMatchObject({ name: 'GET /broken', status: { code: 2 } });
    expect(attributesOf(broken as PostedSpan)).toMatchObject({ 'error.type': '500' });
    expect(nowhere).toMatchObject({ name: 'GET', status: { code: 0 } });
    expect([...sink.paths]).toEqual(['/v1/traces']);
  });

  it('tells who it is', async () => {
    const url = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url });
    await fetch(`${url}/broken`);
    await sentAtTheEnd();
    expect(attributesOf({ attributes: sink.resources[0] ?? [] })).toMatchObject({
      'service.name': 'qflow-spec',
      'service.version': expect.any(String) as unknown,
      'service.instance.id': expect.stringContaining(`/${process.pid}`) as unknown,
    });
  });

  it('gives the root of a send the ids that follow from it, and nothing else', async () => {
    await start({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url });
    const sendId = randomUUID();
    const traceId = sendId.replaceAll('-', '');
    recordSend(sendId, {});
    await traced(sendId, 'render', {}, async () => undefined);
    const [root, render] = await sentAtTheEnd();
    expect(root).toMatchObject({ name: 'send', traceId, spanId: traceId.slice(16) });
    expect(root?.parentSpanId).toBeFalsy();
    expect(render).toMatchObject({ traceId, parentSpanId: root?.spanId });
    expect(render?.spanId).not.toBe(root?.spanId);
  });

  it('records nothing of a caller who does not want it, and of nobody with a share of 0', async () => {
    let url = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url });
    await fetch(`${url}/broken`, { headers: traceparent('00') });
    expect(await sentAtTheEnd()).toEqual([]);
    url = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_TRACES_SAMPLER_ARG: '0' });
    await fetch(`${url}/broken`, { headers: traceparent('01') });
    recordSend(randomUUID(), {});
    expect(await sentAtTheEnd()).toEqual([]);
  });

  it('names the trace in its log, of a request and of a send', async () => {
    const lines: Record<string, unknown>[] = [];
    const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
    const logger = createLogger('spec', 'info', { write });
    const url = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url }, logger);
    await fetch(`${url}/broken`, { headers: traceparent('01') });
    const sendId = randomUUID();
    logger.info({ sendId }, 'about a send');
    logger.info('about nothing');
    await sentAtTheEnd();
    const traceOf = (msg: string): unknown => lines.find((line) => line.msg === msg)?.trace_id;
    expect(traceOf('request')).toBe(caller.traceId);
    expect(traceOf('about a send')).toBe(sendId.replaceAll('-', ''));
    expect(traceOf('about nothing')).toBeUndefined();
    logger.info({ sendId }, 'about a send, with tracing off');
    expect(traceOf('about a send, with tracing off')).toBeUndefined();
  });
});

describe('a service that does not trace', () => {
  it('carries no trace, whatever its caller sends', async () => {
    const url = await start({});
    expect(isTracing()).toBe(false);
    const seen = await fetch(`${url}/doors/1`, { headers: traceparent('01') });
    expect(await seen.json()).toEqual({ requestId: expect.any(String) as unknown });
  });

  it('does not even load the SDK', async () => {
    const loadedBy = async (module: string): Promise<string[]> => {
      const program = `
        import { createRequire } from 'node:module';
        await import(${JSON.stringify(module)});
        process.stdout.write(JSON.stringify(Object.keys(createRequire(import.meta.url).cache)));`;
      const cwd = path.resolve(import.meta.dirname, '..');
      const options = { cwd, maxBuffer: 16 * 1024 * 1024 };
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--input-type=module', '-e', program],
        options,
      );
      return JSON.parse(stdout) as string[];
    };
    const isSdk = (file: string): boolean => /@opentelemetry.(sdk|exporter|resources)/.test(file);
    expect((await loadedBy('@qflow/service')).filter(isSdk)).toEqual([]);
    expect((await loadedBy('./dist/tracing/export-spans.js')).filter(isSdk)).not.toEqual([]);
  });
});
