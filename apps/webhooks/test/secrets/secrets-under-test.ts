import { Writable } from 'node:stream';
import { decrypt, type KeyRing } from '@qflow/persistence';
import { createLogger } from '@qflow/service';
import { sealedColumns, type SealedRow } from '../../src/secrets/sealed-columns.js';
import { SubscriptionsUnderTest } from '../subscriptions/subscriptions-under-test.js';
import { secretKeys } from '../webhooks-harness.js';

export const keyText = (byte: number): string => Buffer.alloc(32, byte).toString('base64');

/** Rings: what the service has unless told otherwise is `k1`. */
export const both = `k2:${keyText(2)},${secretKeys}`;
export const onlyNew = `k2:${keyText(2)}`;

/** A log that keeps what is written into it. */
export class CapturedLog {
  /** As they would be in a file. */
  readonly lines: string[] = [];

  /** The lines that have these fields. */
  with(fields: object): Record<string, unknown>[] {
    return this.lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => Object.entries(fields).every(([name, value]) => line[name] === value));
  }

  readonly logger = createLogger(
    'webhooks',
    'trace',
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.lines.push(chunk.toString());
        done();
      },
    }),
  );
}

export const sealedRows = ({ harness }: SubscriptionsUnderTest) =>
  harness.query<SealedRow & { updated_at: Date }>('SELECT * FROM subscriptions ORDER BY id');

/** The key of each column that holds something. */
export const keysOf = (row: SealedRow): (string | null)[] =>
  sealedColumns.map((column) => row[column]?.split('.')[0] ?? null);

export const opened = (row: SealedRow, keys: KeyRing): (string | null)[] =>
  sealedColumns.map((column) => (row[column] === null ? null : decrypt(keys, row[column])));
