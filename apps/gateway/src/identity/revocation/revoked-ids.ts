/** Beyond this a replica that cannot read the table no longer vouches for any token. */
export const staleAfterMs = 30_000;

/** What is revoked and not yet expired, as one replica knows it. Times are milliseconds since 1970. */
export class RevokedIds {
  private readonly expiries = new Map<string, number>();
  private readAt = -Infinity;

  constructor(private readonly now: () => number = () => Date.now()) {}

  get size(): number {
    return this.expiries.size;
  }

  /** How long ago the table was last read. */
  get ageMs(): number {
    return this.now() - this.readAt;
  }

  get isStale(): boolean {
    return this.ageMs > staleAfterMs;
  }

  has(id: string): boolean {
    return this.expiries.has(id);
  }

  add(id: string, expiresAt: number): void {
    this.expiries.set(id, expiresAt);
  }

  /** The table has been read, as it was at this time. */
  markRead(at: number): void {
    this.readAt = at;
  }

  /** Tokens that have expired need nobody to remember that they were revoked. */
  forgetExpired(): void {
    const now = this.now();
    for (const [id, expiresAt] of this.expiries) if (expiresAt < now) this.expiries.delete(id);
  }
}
