import { readFileSync } from 'node:fs';

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')) as T;

interface Vector {
  readonly secret: string;
  readonly body: string;
  readonly header: string;
}
interface TimestampedVector extends Vector {
  readonly timestamp: number;
}
interface SendgridVector {
  readonly publicKey: string;
  readonly signature: string;
  readonly timestamp: string;
  readonly payload: string;
}

/** One known-good signature per wire format. */
export const vectors = read<{
  readonly qflow: TimestampedVector;
  readonly sendcomms: Vector;
  readonly emailflow: TimestampedVector;
  readonly standard: TimestampedVector & { readonly id: string };
}>('vectors');

/** Ed25519 signatures are deterministic, so signing is checked byte for byte as well. */
export const v1aVector = read<{
  readonly privateKey: string;
  readonly publicKey: string;
  readonly id: string;
  readonly timestamp: number;
  readonly body: string;
  readonly header: string;
}>('standard-v1a-vector');

/** SendGrid's own published examples, and counterexamples. */
export const sendgridVectors = read<{
  readonly single: SendgridVector;
  readonly multiple: SendgridVector;
  readonly testEvent: SendgridVector;
  readonly rejected: {
    readonly publicKey: string;
    readonly signatures: Readonly<Record<'another' | 'spoiledStart' | 'spoiledEnd' | 'word', string>>;
    readonly payloads: readonly string[];
    readonly timestamps: readonly string[];
    readonly corruptPublicKey: string;
  };
}>('sendgrid-vectors');
