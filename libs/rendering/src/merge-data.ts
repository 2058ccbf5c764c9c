/**
 * The snapshot of a guest and an event that a send carries; plain JSON. It is a contract between the services
 * that make sends and the one that renders them, so its home is `@qflow/contracts`.
 */
export type { MergeData } from '@qflow/contracts';
