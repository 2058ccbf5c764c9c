import { describe, expect, it } from '@jest/globals';
import { networkTableProblems } from './described-edges.js';

const edges = [
  'anyone → gateway:3000',
  'monitoring → sender:3002',
  'gateway → dns:53',
  'gateway → nats outside:4222',
  'sender → internet:443,1024-65535',
];
const gateway = '| `gateway` | anyone, on its port | DNS, NATS |';
const sender = '| `sender` | the namespace `monitoring` | the internet on 443 and from 1024 |';

describe('networkTableProblems', () => {
  it('finds nothing in a table that is true', () => {
    expect(networkTableProblems([gateway, sender].join('\n'), edges)).toEqual([]);
  });

  it.each([
    ['a row', [gateway], 'the table has no row for sender'],
    [
      'a caller',
      [gateway.replace('anyone, on its port', 'nobody'), sender],
      'who may reach gateway: the table leaves out anyone',
    ],
    [
      'a caller too many',
      [gateway, sender.replace('the n', 'anyone, the n')],
      'who may reach sender: the table says anyone',
    ],
    [
      'a place',
      [gateway.replace(', NATS', ''), sender],
      'what gateway may reach: the table leaves out nats outside',
    ],
    [
      'a place too many',
      [gateway.replace('NATS', 'NATS, PostgreSQL'), sender],
      'the table says postgres outside',
    ],
    [
      'a port',
      [gateway, sender.replace('443 and ', '')],
      'what sender may reach: the table leaves out internet:443',
    ],
    ['a port too many', [gateway, sender.replace('443', '25, 443')], 'the table says internet:25'],
  ])('finds %s that is wrong', (_what, rows, finding) => {
    expect(networkTableProblems(rows.join('\n'), edges)).toEqual([expect.stringContaining(finding)]);
  });
});
