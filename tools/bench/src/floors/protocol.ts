/** A floor that is asked over HTTP: `accept` takes one guest a call, `bulk` an array of them. */
export interface ServerFloor {
  readonly kind: 'accept' | 'bulk';
  readonly databaseUrl: string;
}

/** Webhooks signed, posted and logged in a loop. */
export interface DeliverFloor {
  readonly kind: 'deliver';
  readonly databaseUrl: string;
  readonly endpoints: readonly { readonly url: string; readonly secret: string }[];
}

/** Posts of the provider checked, parsed and put onto a stream in a loop. */
export interface IngestFloor {
  readonly kind: 'ingest';
  readonly natsUrl: string;
  readonly natsPassword: string | undefined;
  readonly eventsPerPost: number;
}

/** E-mails rendered and posted in a loop, to a bare server in the same process. */
export interface MailFloor {
  readonly kind: 'mail';
  readonly template: { readonly subject: string; readonly html: string };
}

export type FloorSpec = ServerFloor | DeliverFloor | IngestFloor | MailFloor;

export interface Ran {
  /** How many were done. */
  readonly count: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What a floor's process can be asked. */
export interface FloorQuestions {
  /** Makes everything ready. @returns where it is asked, of one that is asked over HTTP */
  start(spec: FloorSpec): { readonly origin?: string };
  /** Makes what so many repetitions need, so that making it is not measured. */
  prepare(request: { readonly count: number }): void;
  /** Does what it does as often as it was prepared for: as fast as it can, or at so many a second. */
  run(request: { readonly perSecond?: number }): Ran;
}

/** A floor that has started, in its own process. */
export interface RunningFloor {
  readonly origin?: string;
  /** Does it once. Only of one that is not asked over HTTP. */
  readonly work?: (index: number) => Promise<void>;
  /** How many at once are as fast as it gets. */
  readonly lanes?: number;
  readonly prepare?: (count: number) => void;
}
