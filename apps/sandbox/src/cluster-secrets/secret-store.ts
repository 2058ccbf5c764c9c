/** What a Secret holds, by key, as text. */
export type SecretValues = Readonly<Record<string, string>>;

/** The Secrets of one namespace. */
export interface SecretStore {
  readonly namespace: string;
  /** @returns undefined when there is no such Secret. */
  read(name: string): Promise<SecretValues | undefined>;
  /** @returns false when there is one of that name already, which is left as it is. */
  create(name: string, values: SecretValues): Promise<boolean>;
}
