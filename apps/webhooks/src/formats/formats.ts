import type { FormatName } from '@qflow/contracts';
import { emailflowFormat } from './emailflow-format.js';
import { qflowFormat } from './qflow-format.js';
import { sendcommsFormat } from './sendcomms-format.js';
import { standardFormat } from './standard-format.js';
import type { WireFormat } from './wire-format.js';

/** Every format a subscription can name. */
export const formats: Readonly<Record<FormatName, WireFormat>> = {
  qflow: qflowFormat,
  standard: standardFormat,
  sendcomms: sendcommsFormat,
  emailflow: emailflowFormat,
};
