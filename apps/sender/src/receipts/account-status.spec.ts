import { describe, expect, it } from '@jest/globals';
import { Metrics } from '@qflow/service';
import { providerEvent } from '@qflow/testing';
import { pino } from 'pino';
import { AccountStatus } from './account-status.js';

describe('a change of our account at the provider', () => {
  it.each([
    ['compliance_suspend', 'compliance_suspend'],
    ['compliance_deactivate', 'compliance_deactivate'],
    [undefined, 'other'],
    [7, 'other'],
    ['two words', 'other'],
    ['x'.repeat(100), 'other'],
  ])('%j warns of %s', async (type, status) => {
    const lines: string[] = [];
    const metrics = new Metrics();
    new AccountStatus(pino({}, { write: (line) => void lines.push(line) }), metrics).report(
      providerEvent({ id: 'e1', sendId: null, occurredAt: '2026-04-29T10:23:00.000Z', raw: { type } }),
    );
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      {
        level: 40,
        reportId: 'e1',
        status,
        occurredAt: '2026-04-29T10:23:00.000Z',
        msg: `the provider reports a change of our account there: ${status}`,
      },
    ]);
    expect(await metrics.registry.metrics()).toContain(
      `qflow_provider_account_status_total{status="${status}"} 1`,
    );
  });
});
