import { parseTemplate, type CompiledTemplate } from '@qflow/rendering';

/** A template that has to compile. */
export function compiled(html: string, subject = 'Subject'): CompiledTemplate {
  const parsed = parseTemplate({ subject, html });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.template;
}
