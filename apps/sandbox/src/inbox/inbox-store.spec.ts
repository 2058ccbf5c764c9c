import { describe, expect, it } from '@jest/globals';
import { newMessage } from '../../test/new-message.js';
import { InboxStore } from './inbox-store.js';

const idsOf = (store: InboxStore, before?: number): string[] =>
  [...store.newestFirst(before)].map((message) => message.id);
const roomy = { messages: 100, bytes: 1_000_000 };

describe('InboxStore', () => {
  it('lists the newest first, also from a given place on', () => {
    const store = new InboxStore(roomy);
    const sequences = ['a', 'b', 'c'].map((id) => store.add(newMessage({ id })).sequence);
    expect(idsOf(store)).toEqual(['c', 'b', 'a']);
    expect(idsOf(store, sequences[2])).toEqual(['b', 'a']);
    expect(idsOf(store, sequences[0])).toEqual([]);
  });

  it('drops the oldest message when it holds too many', () => {
    const store = new InboxStore({ ...roomy, messages: 2 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) store.add(newMessage({ id }));
    expect(idsOf(store)).toEqual(['e', 'd']);
    expect(store.size).toBe(2);
    expect(store.get('c')).toBeUndefined();
    expect(store.get('d')).toMatchObject({ id: 'd' });
  });

  it('drops the oldest messages when they take too much memory', () => {
    const store = new InboxStore({ messages: 1000, bytes: 10_000 });
    for (let number = 0; number < 100; number += 1) {
      store.add(newMessage({ id: `m${number}`, customArgs: { filler: 'x'.repeat(2_000) } }));
    }
    expect(idsOf(store)).toEqual(['m99', 'm98', 'm97']);
  });

  it('keeps the newest message whatever its size', () => {
    const store = new InboxStore({ messages: 100, bytes: 1000 });
    store.add(newMessage({ id: 'a' }));
    store.add(newMessage({ id: 'b', subject: 'x'.repeat(5000) }));
    expect(idsOf(store)).toEqual(['b']);
  });

  it('finds the copies of a send while they are held', () => {
    const store = new InboxStore({ ...roomy, messages: 2 });
    const customArgs = { qflow_send_id: 's1' };
    for (const id of ['a', 'b']) store.add(newMessage({ id, customArgs }));
    expect(store.copiesOf('s1').map((copy) => copy.id)).toEqual(['b', 'a']);
    store.add(newMessage({ id: 'c' }));
    expect(store.copiesOf('s1').map((copy) => copy.id)).toEqual(['b']);
    store.add(newMessage({ id: 'd' }));
    expect(store.copiesOf('s1')).toEqual([]);
  });

  it('is empty after a reset, and goes on from there', () => {
    const store = new InboxStore({ ...roomy, messages: 2 });
    for (const id of ['a', 'b', 'c']) store.add(newMessage({ id, customArgs: { qflow_send_id: 's1' } }));
    store.clear();
    expect([store.size, store.duplicates, idsOf(store), store.copiesOf('s1')]).toEqual([0, 0, [], []]);
    store.add(newMessage({ id: 'd' }));
    expect(idsOf(store)).toEqual(['d']);
  });
});
