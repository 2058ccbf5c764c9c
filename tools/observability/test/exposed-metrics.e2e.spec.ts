import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startStack, type RunningStack } from '@qflow/local-stack';
import { eventually, webhookReceiver, type WebhookReceiver } from '@qflow/testing';
import {
  at,
  descriptionProblems,
  isAlert,
  metricProblems,
  parseExpression,
  queriesOf,
  readExposition,
  variablesOf,
  withoutVariables,
  type ExposedMetrics,
} from '../src/index.js';
import { dashboard, ruleGroups } from './files.js';
import { sendSomething } from './traffic.js';

/** Those that run in production; the sandbox is not watched. */
const services = ['gateway', 'templates', 'sender', 'events', 'webhooks'] as const;

let stack: RunningStack;
let dataDir: string;
let receiver: WebhookReceiver;
let exposed: ExposedMetrics;

const scrape = async (): Promise<ExposedMetrics> =>
  readExposition(
    await Promise.all(
      services.map(async (name) => (await fetch(`${stack.info.services[name]}/metrics`)).text()),
    ),
  );

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qflow-metrics-'));
  stack = await startStack({ dataDir });
  receiver = await webhookReceiver();
  await sendSomething(stack.info, receiver.url);
  await receiver.next(({ json }) => json.type === 'comms.delivered');
  exposed = await eventually(async () => {
    const metrics = await scrape();
    return metrics.get('qflow_stage_seconds_count')?.get('stage')?.size === 4 ? metrics : undefined;
  });
}, 120_000);
afterAll(async () => {
  await stack?.stop();
  await receiver?.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe('what the services expose', () => {
  it('is all that the rules ask for', async () => {
    const rules = (await ruleGroups()).flatMap((group) => group.rules);
    const recorded = rules.flatMap((rule) => (isAlert(rule) ? [] : rule.record));
    const problems = rules.flatMap((rule) => {
      const unknown = metricProblems(parseExpression(rule.expr), exposed, recorded);
      return isAlert(rule)
        ? at(rule.alert, [...unknown, ...descriptionProblems(rule, exposed)])
        : at(rule.record, unknown);
    });
    expect(problems).toEqual([]);
  });

  it('is all that the dashboard asks for', async () => {
    const recorded = (await ruleGroups()).flatMap(({ rules }) =>
      rules.flatMap((rule) => (isAlert(rule) ? [] : rule.record)),
    );
    const board = await dashboard();
    const problems = queriesOf(board).flatMap(({ place, expr }) => {
      const { text } = withoutVariables(expr, variablesOf(board));
      return at(place, metricProblems(parseExpression(text), exposed, recorded));
    });
    expect(problems).toEqual([]);
  });

  it('would not do for a rule with a typo', () => {
    const problemsOf = (expr: string): string[] => metricProblems(parseExpression(expr), exposed, []);
    expect(problemsOf('qflow_outbox_age_secs')).toHaveLength(1);
    expect(problemsOf('qflow_stage_seconds_bucket{stage="accept_to_handovr"}')).toHaveLength(1);
    expect(problemsOf('sum by (costumer) (qflow_consumer_pending_messages)')).toHaveLength(1);
  });

  it('has no label that grows with accounts, sends or addresses', () => {
    const id = /[0-9a-f]{8}-[0-9a-f]{4}|@|https?:/;
    const unbounded = [...exposed].flatMap(([metric, labels]) =>
      [...labels].flatMap(([label, values]) =>
        [...values].filter((value) => id.test(value)).map((value) => `${metric}{${label}="${value}"}`),
      ),
    );
    expect(unbounded).toEqual([]);
  });
});
