import { base } from './base.js';
import { forms } from './forms.js';
import { list } from './list.js';
import { message } from './message.js';

/** The stylesheet of the inbox pages. */
export const style = base + forms + list + message;
