export { ContractCheck, type Served } from './contract-check.js';
export * from './openapi.js';
export { fuzz, type FuzzOptions } from './fuzz/fuzz.js';
export { describe, type FuzzReport } from './fuzz/report.js';
