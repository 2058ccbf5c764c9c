/** The one renderer that previews and sends share. */
export { TEMPLATE_LIMITS } from './limits.js';
export type { MergeData } from './merge-data.js';
export { SAMPLE_MERGE_DATA } from './sample-merge-data.js';
export type { CompiledTemplate, TemplateSource } from './template/compiled-template.js';
export { parseTemplate, type ParsedTemplate } from './template/parse-template.js';
export { renderTemplate, TemplateRenderError, type RenderedTemplate } from './template/render-template.js';
export type { TemplateSyntaxError } from './template/template-syntax-error.js';
export { MERGE_TOKENS } from './tokens/merge-tokens.js';
