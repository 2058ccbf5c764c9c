import { CaptureTag, type Context } from 'liquidjs';
import { SafeHtml } from '../html/safe-html.js';

/** `{% capture %}` for HTML: what it collects is escaped, and remembers that. */
export class HtmlCaptureTag extends CaptureTag {
  override *render(context: Context): Generator<unknown, void, string> {
    const html = yield this.liquid.renderer.renderTemplates(this.templates, context);
    context.bottom()[this.variable] = new SafeHtml(html);
  }
}
