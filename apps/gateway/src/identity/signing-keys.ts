import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { decrypt, encrypt, inTransaction, KeyRingError, sqlOf, type Sql } from '@qflow/persistence';
import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { isGuid } from '../validation/formats.js';

/** ECDSA on P-256: short signatures, and every JWT library can check them (RFC 7518 §3.1). */
export const signingAlgorithm = 'ES256';

export interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
}

/** How long a key id that does not exist is remembered, so that forged tokens do not become queries. */
const unknownKidMs = 5_000;

/** The keys that sign access tokens: private halves encrypted in the database, shared by all replicas. */
@Injectable()
export class SigningKeys implements OnModuleInit {
  private signing: SigningKey | undefined;
  private readonly known = new Map<string, CryptoKey>();
  private readonly unknown = new LRUCache<string, true>({ max: 1_000, ttl: unknownKidMs });

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'SECRET_KEYS'>,
  ) {}

  async onModuleInit(): Promise<void> {
    this.signing = await this.newestOrNew();
  }

  /** The key that signs new tokens. */
  current(): SigningKey {
    if (!this.signing) throw new Error('the signing key is not loaded yet');
    return this.signing;
  }

  /** The public key of a token's `kid`, from whichever replica made it; undefined where there is none. */
  async find(kid: string): Promise<CryptoKey | undefined> {
    const known = this.known.get(kid);
    if (known) return known;
    if (!isGuid(kid) || this.unknown.has(kid)) return undefined;
    const [row] = await sqlOf(this.dataSource)<{ public_jwk: JWK }>(
      'SELECT public_jwk FROM signing_keys WHERE kid = $1',
      [kid],
    );
    if (!row) return void this.unknown.set(kid, true);
    const key = (await importJWK(row.public_jwk, signingAlgorithm)) as CryptoKey;
    this.known.set(kid, key);
    return key;
  }

  /** Every public key, newest first, as a JSON Web Key Set shows them (RFC 7517 §5). */
  async published(): Promise<JWK[]> {
    const rows = await sqlOf(this.dataSource)<{ kid: string; public_jwk: JWK }>(
      'SELECT kid, public_jwk FROM signing_keys ORDER BY created_at DESC',
    );
    return rows.map(({ kid, public_jwk }) => ({ ...public_jwk, kid, use: 'sig', alg: signingAlgorithm }));
  }

  /** Replicas that boot together queue at the lock: the first makes the key, the others find it. */
  private newestOrNew(): Promise<SigningKey> {
    return inTransaction(this.dataSource, async (sql) => {
      await sql(`SELECT pg_advisory_xact_lock(hashtext('gateway signing key'))`);
      const [row] = await sql<{ kid: string; private_jwk: string }>(
        'SELECT kid, private_jwk FROM signing_keys ORDER BY created_at DESC LIMIT 1',
      );
      return row ? this.open(row.kid, row.private_jwk) : this.create(sql);
    });
  }

  private async open(kid: string, privateJwk: string): Promise<SigningKey> {
    try {
      const jwk = JSON.parse(decrypt(this.config.SECRET_KEYS, privateJwk)) as JWK;
      return { kid, privateKey: (await importJWK(jwk, signingAlgorithm)) as CryptoKey };
    } catch (error) {
      const reason =
        error instanceof KeyRingError ? error.message : 'the key in the ring is not the one it was';
      throw new Error(`The token signing key cannot be decrypted with SECRET_KEYS: ${reason}.`, {
        cause: error,
      });
    }
  }

  private async create(sql: Sql): Promise<SigningKey> {
    const kid = uuidv7();
    const { publicKey, privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true });
    const sealed = encrypt(this.config.SECRET_KEYS, JSON.stringify(await exportJWK(privateKey)));
    await sql('INSERT INTO signing_keys (kid, public_jwk, private_jwk) VALUES ($1, $2, $3)', [
      kid,
      await exportJWK(publicKey),
      sealed,
    ]);
    return { kid, privateKey };
  }
}
