import { describe, expect, it } from '@jest/globals';
import { deadLetterOrigins, deadLetterSubject } from '@qflow/contracts';
import { deadLetterCount, messageHooks } from './measure-messages.js';
import { Metrics } from './metrics.js';

const exposed = async (metrics: Metrics, name: string): Promise<string[]> =>
  (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(name));

describe('deadLetterCount', () => {
  it('shows every origin from the start, so that the first letter is a rise', async () => {
    const metrics = new Metrics();
    deadLetterCount(metrics);
    expect(await exposed(metrics, 'qflow_dead_letters_total')).toEqual(
      deadLetterOrigins.map((origin) => `qflow_dead_letters_total{origin="${origin}"} 0`),
    );
  });

  it('counts letters, and nothing else that is published', async () => {
    const metrics = new Metrics();
    const stored = deadLetterCount(metrics);
    stored(deadLetterSubject('SENDS'));
    stored('comms.send.requested.v1');
    stored('comms.dead.nobody');
    const counted = await exposed(metrics, 'qflow_dead_letters_total');
    expect(counted.filter((line) => !line.endsWith(' 0'))).toEqual([
      'qflow_dead_letters_total{origin="SENDS"} 1',
    ]);
  });
});

describe('messageHooks', () => {
  it('shows a consumer as soon as it is open', async () => {
    const metrics = new Metrics();
    const { onOpened, onTaken, onSettled } = messageHooks(metrics);
    onOpened('spec');
    expect(await exposed(metrics, 'qflow_messages_total')).toEqual([
      'qflow_messages_total{consumer="spec",outcome="done"} 0',
      'qflow_messages_total{consumer="spec",outcome="retry"} 0',
      'qflow_messages_total{consumer="spec",outcome="dead"} 0',
    ]);
    onTaken('spec', 1_500);
    onSettled('spec', 'done', 2);
    expect(await exposed(metrics, 'qflow_consumer_wait_seconds_sum')).toEqual([
      'qflow_consumer_wait_seconds_sum{consumer="spec"} 1.5',
    ]);
    expect(await exposed(metrics, 'qflow_messages_total{consumer="spec",outcome="done"}')).toEqual([
      'qflow_messages_total{consumer="spec",outcome="done"} 2',
    ]);
  });
});
