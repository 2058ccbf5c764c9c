import type { ScannedTemplate } from '../url-scanner.js';
import type { CheckedUrl } from '../urls/checked-url.js';

/** Looks at one URL. @returns why it is unsafe, in words for the template's author; null where nothing is wrong */
export type Rule = (url: CheckedUrl, template: ScannedTemplate) => string | null;
