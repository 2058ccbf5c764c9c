import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@qflow/local-stack';
import { Agent, request } from 'undici';
import { Endpoint } from './endpoint.js';
import type { WebhookRequest } from './request-reader.js';

let agent: Agent;
let endpoint: Endpoint;
let taken: WebhookRequest[];
let nonsense: string[];
let url: string;

beforeEach(async () => {
  agent = new Agent();
  taken = [];
  nonsense = [];
  const port = await freePort();
  url = `http://127.0.0.1:${port}/webhook`;
  const take = (received: WebhookRequest) => {
    taken.push(received);
    return received.body.toString() === 'forged' ? 401 : 200;
  };
  endpoint = new Endpoint(port, take, (why) => nonsense.push(why));
  await endpoint.behave('answers');
});

afterEach(async () => {
  await endpoint.behave('refuses');
  await agent.destroy();
});

const post = async (body: string): Promise<number> => {
  const { statusCode, body: answer } = await request(url, { method: 'POST', body, dispatcher: agent });
  await answer.dump();
  return statusCode;
};

async function raw(text: string): Promise<Socket> {
  const socket = connect(endpoint.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

describe('Endpoint', () => {
  it('takes what comes and answers as it is told to', async () => {
    expect(await Promise.all([post('{"a":1}'), post('forged')])).toEqual([200, 401]);
    expect(taken.map(({ body }) => body.toString()).sort()).toEqual(['forged', '{"a":1}']);
    expect(taken[0]?.head).toMatch(/^POST \/webhook HTTP\/1\.1\r\n/);
  });

  it('takes a request and says nothing where it hangs', async () => {
    await endpoint.behave('hangs');
    const caller = post('lost').catch(() => 'no answer');
    await endpoint.behave('refuses');
    expect(await caller).toBe('no answer');
    expect(taken).toEqual([]);
  });

  it('refuses connections, and comes back', async () => {
    expect(await post('before')).toBe(200);
    await endpoint.behave('refuses');
    await expect(post('meanwhile')).rejects.toThrow(/ECONNREFUSED|other side closed/);
    await endpoint.behave('answers');
    expect(await post('after')).toBe(200);
  });

  it('closes a connection on which nonsense comes, and tells', async () => {
    const socket = await raw('POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(socket, 'close');
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 400 /);
    expect(nonsense).toEqual(['there is no Content-Length']);
  });
});
