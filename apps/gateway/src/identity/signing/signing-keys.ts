import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { decrypt, inTransaction, KeyRingError, Periodic, sqlOf } from '@qflow/persistence';
import { LOGGER, Metrics } from '@qflow/service';
import { importJWK, type CryptoKey, type JWK } from 'jose';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { GATEWAY_CONFIG, type GatewayConfig } from '../../config.js';
import { isGuid } from '../../validation/formats.js';
import { renewSigningKeys, signingAlgorithm } from './rotate-signing-key.js';

export { signingAlgorithm };

export interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  /** When it began to sign. */
  signsFrom: Date;
}

interface KeyRow {
  kid: string;
  publicJwk: JWK;
  privateJwk: string;
  signsFrom: Date;
  /** By the database's clock, the one that all replicas share. */
  signs: boolean;
}

/** How soon a replica sees what another one, or an operator, has done to the keys. */
const readEveryMs = 10_000;
const renewEveryMs = 60_000;

/** How often an unknown key id makes a replica look again, so that forged tokens do not become queries. */
const lookAgainMs = 1_000;

/**
 * The keys that sign access tokens: private halves encrypted in the database, shared by all replicas. A new key is
 * published before it signs and an old one until its last token has expired, so that a rotation logs nobody out.
 */
@Injectable()
export class SigningKeys implements OnModuleInit, BeforeApplicationShutdown {
  private signing: SigningKey | undefined;
  private rows: readonly KeyRow[] = [];
  private publicKeys: ReadonlyMap<string, CryptoKey> = new Map();
  private looking: Promise<unknown> = Promise.resolve();
  private lookAgainAt = 0;
  private readonly reads: Periodic;
  private readonly renewals: Periodic;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'SECRET_KEYS' | 'SIGNING_KEY_DAYS'>,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.reads = new Periodic({
      everyMs: readEveryMs,
      work: () => this.read(),
      onError: (err) => logger.warn({ err }, 'reading the token signing keys failed, will retry'),
    });
    this.renewals = new Periodic({
      everyMs: renewEveryMs,
      work: () => this.renew(),
      onError: (err) => logger.warn({ err }, 'renewing the token signing keys failed, will retry'),
    });
  }

  async onModuleInit(): Promise<void> {
    await this.renew();
    await this.read();
    this.reads.start();
    this.renewals.start();
    this.metrics.gauge(
      'qflow_signing_key_age_seconds',
      'How long the key that signs access tokens has been doing so.',
      () => (Date.now() - (this.signing?.signsFrom.getTime() ?? NaN)) / 1000,
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.reads.stop(), this.renewals.stop()]);
  }

  /** The key that signs new tokens. */
  current(): SigningKey {
    if (!this.signing) throw new Error('the signing key is not loaded yet');
    return this.signing;
  }

  /** Whether tokens of this key still hold, as this replica knows it. */
  has(kid: string): boolean {
    return this.publicKeys.has(kid);
  }

  /** The public key of a token's `kid`, from whichever replica made it; undefined where there is none. */
  async find(kid: string): Promise<CryptoKey | undefined> {
    const known = this.publicKeys.get(kid);
    if (known || !isGuid(kid)) return known;
    // Perhaps it was made since this replica last looked. All who ask within a second share one look.
    if (Date.now() >= this.lookAgainAt) {
      this.lookAgainAt = Date.now() + lookAgainMs;
      this.looking = this.readPublic();
    }
    await this.looking;
    return this.publicKeys.get(kid);
  }

  /** Every public key, newest first, as a JSON Web Key Set shows them (RFC 7517 §5). */
  published(): JWK[] {
    return this.rows.map(({ kid, publicJwk }) => ({ ...publicJwk, kid, use: 'sig', alg: signingAlgorithm }));
  }

  /** Takes over what the database holds: keys that are new, have begun to sign, or are gone. */
  async read(): Promise<void> {
    const newest = (await this.readPublic()).find(({ signs }) => signs);
    if (newest && newest.kid !== this.signing?.kid) await this.signWith(newest);
  }

  /** The half that needs no key ring. */
  private async readPublic(): Promise<readonly KeyRow[]> {
    const rows = await sqlOf(this.dataSource)<KeyRow>(
      `SELECT kid, public_jwk AS "publicJwk", private_jwk AS "privateJwk", signs_from AS "signsFrom",
              signs_from <= now() AS signs
         FROM signing_keys ORDER BY signs_from DESC, kid DESC`,
    );
    this.publicKeys = new Map(await Promise.all(rows.map((row) => this.publicKeyOf(row))));
    return (this.rows = rows);
  }

  /** See {@link renewSigningKeys}; every replica asks for it once a minute. */
  async renew(): Promise<void> {
    const made = await inTransaction(this.dataSource, (sql) =>
      renewSigningKeys(sql, this.config.SECRET_KEYS, this.config.SIGNING_KEY_DAYS),
    );
    if (made) this.logger.info(made, 'a new token signing key was made');
  }

  private async publicKeyOf({ kid, publicJwk }: KeyRow): Promise<[string, CryptoKey]> {
    return [kid, this.publicKeys.get(kid) ?? ((await importJWK(publicJwk, signingAlgorithm)) as CryptoKey)];
  }

  private async signWith({ kid, privateJwk, signsFrom }: KeyRow): Promise<void> {
    const privateKey = await this.open(privateJwk);
    if (this.signing) this.logger.info({ kid, before: this.signing.kid }, 'signing tokens with a new key');
    this.signing = { kid, privateKey, signsFrom };
  }

  private async open(privateJwk: string): Promise<CryptoKey> {
    try {
      const jwk = JSON.parse(decrypt(this.config.SECRET_KEYS, privateJwk)) as JWK;
      return (await importJWK(jwk, signingAlgorithm)) as CryptoKey;
    } catch (error) {
      const reason =
        error instanceof KeyRingError ? error.message : 'the key in the ring is not the one it was';
      throw new Error(`The token signing key cannot be decrypted with SECRET_KEYS: ${reason}.`, {
        cause: error,
      });
    }
  }
}
