import { describe, expect, it } from '@jest/globals';
import { CodedError } from '@qflow/contracts';
import { checkSyntax } from './check-syntax.js';

describe('checkSyntax', () => {
  it('has nothing to say about merge tokens of the guide', () => {
    expect(
      checkSyntax({ subject: 'Your ticket for {{event}}', html: '<p>{{firstname}} {{V_1}}</p>' }).warnings,
    ).toEqual([]);
  });

  it('warns of tokens that nobody knows', () => {
    expect(checkSyntax({ subject: '{{frstname}}', html: '<p>{{ lastnam }}</p>' }).warnings).toEqual([
      '{{frstname}} is not a merge token: it renders empty.',
      '{{lastnam}} is not a merge token: it renders empty.',
    ]);
  });

  it('says where subject and HTML do not parse', () => {
    const check = () => checkSyntax({ subject: 'Hi {{firstname', html: '<p>\n  {% if plusones %}yes</p>' });
    expect(check).toThrow(CodedError);
    expect(check).toThrow(
      /\/subject has an error in line 1, column \d+: .+; \/html has an error in line 2, column \d+: .+/,
    );
  });
});
