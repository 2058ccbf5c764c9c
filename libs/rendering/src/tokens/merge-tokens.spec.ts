import { describe, expect, it } from '@jest/globals';
import { mergeData } from '../../test/render.js';
import { findMergeToken, MERGE_TOKENS } from './merge-tokens.js';

const valueOf = (name: string, data = mergeData()) => findMergeToken(name)?.valueOf(data)?.toString();

describe('merge tokens', () => {
  it.each([
    ['firstname', 'Zoë'],
    ['lastname', 'O’Brien'],
    ['fullname', 'Zoë O’Brien'],
    ['othernames', 'Alexandra'],
    ['email', 'zoe.obrien@example.com'],
    ['barcode', 'QF7K2M9X4T8B1ZDA'],
    ['barcode_qr', 'https://example.com/qr/sample.png'],
    ['plusones', '2'],
    ['guestnotes', 'Vegetarian\nStep-free access'],
    ['tags', 'Speaker\nPress'],
    ['tickets', 'VIP\nDinner'],
    ['sessions', 'Opening keynote\nWorkshop A'],
    ['event', 'Spring Gala & Awards'],
    ['date', '29 April 2026'],
    ['starttime', '18:30'],
    ['endtime', '23:00'],
    ['companyname', 'Northwind Events Ltd'],
    ['rsvplink_yes', 'https://example.com/rsvp/sample?answer=yes'],
    ['rsvplink_no', 'https://example.com/rsvp/sample?answer=no'],
    ['unsubscribe_link', 'https://example.com/unsubscribe/sample'],
    ['V_1', 'Table 12'],
    ['V_2', 'Black tie'],
  ])('%s is %j', (name, value) => {
    expect(valueOf(name)).toBe(value);
  });

  it('knows the table of the integrator guide, the link to unsubscribe and nothing else', () => {
    expect(MERGE_TOKENS).toHaveLength(20);
    for (const name of ['first_name', 'guest', 'V_', 'V', 'constructor', '__proto__', 'toString', '']) {
      expect(findMergeToken(name)).toBeUndefined();
    }
  });

  it('takes names in any letter case', () => {
    expect([valueOf('FirstName'), valueOf('FIRSTNAME'), valueOf('v_1')]).toEqual(['Zoë', 'Zoë', 'Table 12']);
    expect(findMergeToken('v_1')?.name).toBe('V_1');
  });

  it('makes a full name of what there is', () => {
    expect(valueOf('fullname', mergeData({ guest: { firstName: '' } }))).toBe('O’Brien');
    expect(valueOf('fullname', mergeData({ guest: { lastName: '' } }))).toBe('Zoë');
    expect(valueOf('fullname', mergeData({ guest: { firstName: '', lastName: '' } }))).toBe('');
  });

  it('reads nothing from prototypes of custom fields', () => {
    expect(valueOf('V_constructor')).toBe('');
    expect(valueOf('V___proto__')).toBe('');
  });

  it('survives data of an older message', () => {
    const old = JSON.parse('{"guest":{},"event":{},"links":{}}') as ReturnType<typeof mergeData>;
    for (const name of [...MERGE_TOKENS, 'V_1'])
      expect(valueOf(name, old)).toBe(name === 'plusones' ? '0' : '');
  });
});
