export { readOptions, usage, type Options } from './options.js';
export type { Progress } from './progress.js';
export { withoutRegistry, type Surroundings } from './without-registry.js';
