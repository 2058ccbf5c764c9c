import { describe, expect, it } from '@jest/globals';
import { newMessage } from '../../test/new-message.js';
import { SendIndex } from './send-index.js';

const copy = (send: string, to: string, sequence: number) => ({
  ...newMessage({ to, customArgs: { qflow_send_id: send } }),
  sequence,
  weight: 0,
});

describe('SendIndex', () => {
  it('counts a send once, however often one recipient got it', () => {
    const index = new SendIndex();
    index.add(copy('s1', 'ann@example.com', 0));
    expect(index.duplicates).toBe(0);
    index.add(copy('s1', 'ann@example.com', 1));
    index.add(copy('s1', 'ann@example.com', 2));
    index.add(copy('s2', 'ann@example.com', 3));
    expect(index.duplicates).toBe(1);
  });

  it('takes two recipients of one send for no duplicate', () => {
    const index = new SendIndex();
    index.add(copy('s1', 'ann@example.com', 0));
    index.add(copy('s1', 'ben@example.com', 1));
    expect(index.duplicates).toBe(0);
  });

  it('leaves mail without a send id alone', () => {
    const index = new SendIndex();
    const message = { ...newMessage(), sequence: 0, weight: 0 };
    index.add(message);
    index.add(message);
    index.removeOldest(message);
    expect(index.duplicates).toBe(0);
  });
});
