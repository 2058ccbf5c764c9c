import { importSendgridPrivateKey, mintSendgridKeyPair } from '@qflow/signing';
import { figure } from '../../cli/render-table.js';
import { ingestSpec } from '../../floors/floor-specs.js';
import type { Floor } from '../../floors/floor.js';
import { withFloor } from '../../floors/with-floor.js';
import { HttpClient } from '../../load/http-client.js';
import { runLanes } from '../../load/lanes.js';
import { providerPosts, type ProviderPost } from '../../load/provider-posts.js';
import { SenderTables } from '../../load/sender-tables.js';
import { nowMicros } from '../../measure/clock.js';
import { Latencies } from '../../measure/latencies.js';
import { Timeline } from '../../measure/timeline.js';
import { defineRow, type Report } from '../../row.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import { waitUntil } from '../../stack/wait-until.js';
import { alternate } from '../alternate.js';
import { summarise, type IngestSlice } from './summarise.js';

const options = {
  events: { doc: 'events in all, in two slices', default: 240_000, min: 200 },
  batch: { doc: 'events a post', default: 100, min: 1 },
  connections: { doc: 'posts under way at any moment', default: 16, min: 1 },
};

const warmUpPosts = 60;
const [floorPosts, drainSeconds] = [300, 180];
/** The provider of this row: its own key, which the events service is given. */
const keys = mintSendgridKeyPair();
const signing = importSendgridPrivateKey(keys.privateKey);

/** targets.md: "event ingestion, batches of 100, signed: ≥ 20,000 events/s durable". */
export const ingest = defineRow({
  name: 'ingest',
  summary: 'signed posts of 100 events to POST /ingest/sendgrid: 20,000 events/s durable on the stream',
  options,
  settings: () => ({
    events: { SENDGRID_WEBHOOK_PUBLIC_KEYS: keys.publicKey },
    sandbox: { SANDBOX_SIGNING_KEY: keys.privateKey },
  }),
  async run(stack, { events, batch, connections }, report) {
    const client = new HttpClient(stack.info.ingest, {
      ...{ connections, headers: { 'content-type': 'application/json' } },
    });
    const tables = new SenderTables(stack.info.databaseUrl);
    const sliceOf = (posts: ProviderPost[]) => ingestSlice(stack, client, posts, connections);
    const make = (count: number) => providerPosts({ count, eventsPerPost: batch, privateKey: signing });
    try {
      report.detail('warming up');
      await sliceOf(make(warmUpPosts));
      const { floors, owns } = await withFloor(stack, ingestSpec(stack, batch), async (floor: Floor) => {
        // What consumes the events is not what this row measures, and has to cope with them afterwards.
        await stack.freeze('sender');
        return alternate(
          () => (report.detail('what the bare loop does'), floor.run(floorPosts)),
          () => {
            report.detail('making posts');
            const posts = make(Math.ceil(events / batch / 2));
            report.detail(`posting ${figure(posts.length * batch)} events`);
            return sliceOf(posts);
          },
        );
      }).finally(() => stack.thaw('sender'));
      const expected = (owns.reduce((sum, { posts }) => sum + posts, 0) + warmUpPosts) * batch;
      const drained = await drain(stack, tables, expected, report);
      return summarise({ owns, floors, batch, expected, drained, receipts: await tables.receipts() });
    } finally {
      await client.close();
      await tables.close();
    }
  },
});

/** Posts them all as fast as the service takes them, and counts what the stream has stored of it. */
async function ingestSlice(
  stack: BenchStack,
  client: HttpClient,
  posts: readonly ProviderPost[],
  connections: number,
): Promise<IngestSlice> {
  const before = await stack.nats.lastSequence('PROVIDER');
  const latencies = new Latencies();
  const refusals: string[] = [];
  const from = stack.sampler.mark();
  const start = nowMicros();
  const course = new Timeline(start);
  await runLanes(connections, posts.length, async (index) => {
    const { body, headers } = posts[index] as ProviderPost;
    const asked = nowMicros();
    const { status, text } = await client.post('/ingest/sendgrid', body, { ...headers });
    const at = nowMicros();
    if (status !== 204) refusals.push(`${status} ${text.slice(0, 200)}`);
    latencies.record(at - asked);
    course.record(at, at - asked);
  });
  const seconds = (nowMicros() - start) / 1_000_000;
  const span = stack.sampler.since(from);
  const messages = (await stack.nats.lastSequence('PROVIDER')) - before;
  return { posts: posts.length, messages, seconds, latencies, course, span, refusals };
}

/** Until the sender has made a receipt of each. @returns after how many seconds; undefined when not in time */
async function drain(
  stack: BenchStack,
  tables: SenderTables,
  expected: number,
  report: Report,
): Promise<number | undefined> {
  const from = nowMicros();
  const isDrained = async (): Promise<boolean> => {
    const receipts = await tables.receipts();
    report.detail(`the sender catches up: ${figure(receipts)} of ${figure(expected)} receipts`);
    return receipts >= expected && (await stack.nats.unsettledReports()) === 0;
  };
  const done = await waitUntil(isDrained, { seconds: drainSeconds, signal: stack.signal });
  return done ? (nowMicros() - from) / 1_000_000 : undefined;
}
