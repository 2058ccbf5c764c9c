import {
  CodedError,
  type FieldError,
  type MergeData,
  type TemplatePreview,
  type TemplateView,
} from '@qflow/contracts';
import { jsonBytes, maxAnswerBytes } from '@qflow/messaging';
import {
  renderTemplate,
  SAMPLE_MERGE_DATA,
  TemplateRenderError,
  type RenderedTemplate,
} from '@qflow/rendering';
import type { CompiledVersions } from './compiled-versions.js';

/**
 * The e-mail that a version would be, by the renderer that sends.
 * @param merge null for made-up data
 * @throws CodedError `validation_error` where these data make the template exceed its limits, or the e-mail is larger
 *   than one answer can carry
 */
export function previewTemplate(
  compiled: CompiledVersions,
  { accountId, view, merge }: { accountId: string; view: TemplateView; merge: MergeData | null },
): TemplatePreview {
  const template = compiled.get(accountId, view);
  const { subject, html, text, missingTokens } = rendered(() =>
    renderTemplate(template, merge ?? SAMPLE_MERGE_DATA),
  );
  const preview = { version: view.version, subject, html, text, missingTokens: [...missingTokens] };
  const bytes = jsonBytes(preview);
  if (bytes > maxAnswerBytes)
    throw notShown(`renders to ${bytes} bytes as JSON; at most ${maxAnswerBytes} can be shown`);
  return preview;
}

function rendered(render: () => RenderedTemplate): RenderedTemplate {
  try {
    return render();
  } catch (error) {
    if (!(error instanceof TemplateRenderError)) throw error;
    const { field, line, column, reason } = error;
    throw notShown(`cannot be rendered for these data: ${field}, line ${line}, column ${column}: ${reason}`);
  }
}

/** No single field of the request is to blame: the template and the data do not go together. */
function notShown(message: string): CodedError {
  const errors: FieldError[] = [{ path: '/', message }];
  return new CodedError('validation_error', `The template ${message}.`, { errors });
}
