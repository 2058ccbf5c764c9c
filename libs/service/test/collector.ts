import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it is posted. */
export interface PostedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  status: { code: number };
}

interface PostedResource {
  resource: { attributes: PostedSpan['attributes'] };
  scopeSpans: { spans: PostedSpan[] }[];
}

/** A receiver of OTLP/JSON that keeps what it gets. `@qflow/testing` has a better one, but is built on this library. */
export async function collector() {
  const spans: PostedSpan[] = [];
  const resources: PostedSpan['attributes'][] = [];
  const paths = new Set<string | undefined>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      paths.add(request.url);
      for (const { resource, scopeSpans } of (JSON.parse(body) as { resourceSpans: PostedResource[] })
        .resourceSpans) {
        resources.push(resource.attributes);
        spans.push(...scopeSpans.flatMap((scope) => scope.spans));
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    resources,
    paths,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
