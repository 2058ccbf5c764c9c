import { qflowFormat } from './qflow-format.js';
import type { WireFormat } from './wire-format.js';

/** Every format a subscription can name. */
export const formats = { qflow: qflowFormat } satisfies Record<string, WireFormat>;

export type FormatName = keyof typeof formats;
