import { describe, expect, it } from '@jest/globals';
import { runbookProblems } from './runbook-problems.js';

const section = (alert: string): string => `### ${alert}

**Means** something.

**Look**

\`\`\`
# not a heading
\`\`\`

**Do** something.
`;
const page = (...alerts: string[]): string =>
  `# Operations\n\n### QflowElsewhere\n\n## Alerts\n\nWords.\n\n${alerts.map(section).join('\n')}\n## Backup\n\n### QflowBackup\n`;

describe('runbookProblems', () => {
  it('has nothing to say where every alert has its section', () => {
    expect(runbookProblems(page('QflowA', 'QflowB'), ['QflowB', 'QflowA'])).toEqual([]);
  });

  it('reports alerts without a section, and sections without an alert', () => {
    expect(runbookProblems(page('QflowA', 'QflowC'), ['QflowA', 'QflowB'])).toEqual([
      'QflowB has no section',
      'there is no alert QflowC',
    ]);
  });

  it('reports a section that is there twice', () => {
    expect(runbookProblems(page('QflowA', 'QflowA'), ['QflowA'])).toEqual(['QflowA is there twice']);
  });

  it('reports a section that does not say what to do', () => {
    expect(runbookProblems(page('QflowA').replace('**Do**', 'Do'), ['QflowA'])).toEqual([
      'QflowA has no part **Do**',
    ]);
  });

  it('reports a page without the part about alerts', () => {
    expect(runbookProblems('# Operations\n', ['QflowA'])).toEqual(['QflowA has no section']);
  });
});
