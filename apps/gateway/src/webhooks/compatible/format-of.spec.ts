import { describe, expect, it } from '@jest/globals';
import { formatNames } from '@qflow/contracts';
import { formatOf } from './format-of.js';

describe('formatOf', () => {
  it.each(formatNames)('is %s where the caller says so', (format) => {
    expect(formatOf(format, ['email.sent'])).toBe(format);
    expect(formatOf(format, ['comms.sent'])).toBe(format);
  });

  it.each([
    [['email.sent'], 'sendcomms'],
    [['email.*'], 'sendcomms'],
    [['contact.subscribed'], 'sendcomms'],
    [['comms.sent', 'email.bounced'], 'sendcomms'],
    [['comms.sent'], 'qflow'],
    [['*'], 'qflow'],
    [['emails'], 'qflow'],
  ])('of %j is %s', (events, format) => {
    expect(formatOf(undefined, events)).toBe(format);
  });
});
