import { CaseTag, evalToken, toValue, type Context, type Emitter } from 'liquidjs';

/** `{% case %}` through the `==` operator, which is paid for; LiquidJS compares behind its back. */
export class ChargedCaseTag extends CaseTag {
  override *render(context: Context, emitter: Emitter): Generator<unknown, void, unknown> {
    const { renderer } = this.liquid;
    const isEqual = context.opts.operators['==']!;
    const target = toValue(yield this.value.value(context)) as unknown;
    let isHit = false;
    for (const { values, templates } of this.branches) {
      for (const token of values) {
        const value = yield evalToken(token, context);
        if (!(yield isEqual(target, value, context))) continue;
        yield renderer.renderTemplates(templates, context, emitter);
        isHit = true;
        break;
      }
    }
    if (!isHit) yield renderer.renderTemplates(this.elseTemplates, context, emitter);
  }
}
