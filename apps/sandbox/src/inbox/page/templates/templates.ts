import { faultTemplates } from './faults.js';
import { layout } from './layout.js';
import { listTemplates } from './list.js';
import { messageTemplates } from './message.js';
import { reset } from './reset.js';
import { startTemplates } from './start.js';
import { tabTemplates } from './tabs.js';

/** The pages and their parts by name, in Liquid. Every output is escaped by the engine that renders them. */
export const templates = {
  layout,
  ...listTemplates,
  ...messageTemplates,
  ...tabTemplates,
  ...startTemplates,
  ...faultTemplates,
  reset,
};
