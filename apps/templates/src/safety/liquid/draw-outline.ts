import { Evaluator, quotedTexts } from './evaluate.js';
import { expandOnce } from './expand.js';
import { BEGIN, CLOSE, END, newBudget, NEXT, OUTPUT, type Block, type Outline } from './outline.js';
import { Scope } from './scope.js';
import type { Assign, Capture, Choice, Loop, Output, TreeNode } from './template-tree.js';
import type { Unknowns } from './unknowns.js';
import { alternatives, captured, plain, type Value } from './value.js';

/** Goes through a template once, in the order in which it is rendered, and keeps track of what names stand for. */
class Draughtsman {
  readonly budget = newBudget();
  readonly outputs: Value[][] = [];
  readonly blocks: Block[] = [];
  readonly texts: string[] = [];
  readonly captures: { markup: string; source: string }[] = [];
  private scope = new Scope();
  private readonly evaluator: Evaluator;

  constructor(readonly unknowns: Unknowns) {
    this.evaluator = new Evaluator(unknowns, (name) => this.scope.get(name));
  }

  draw(nodes: readonly TreeNode[]): string {
    return nodes.map((node) => (typeof node === 'string' ? node : this.drawConstruct(node))).join('');
  }

  private drawConstruct(node: Exclude<TreeNode, string>): string {
    switch (node.kind) {
      case 'output':
        return this.drawOutput(node);
      case 'assign':
        return this.assign(node);
      case 'capture':
        return this.capture(node);
      case 'choice':
        return this.drawChoice(node);
      case 'loop':
        return this.drawLoop(node);
    }
  }

  private drawOutput({ expression, source }: Output): string {
    this.texts.push(...quotedTexts(expression));
    const values = this.evaluator.evaluate(expression, source);
    return `${OUTPUT}${this.outputs.push(values) - 1}${CLOSE}`;
  }

  private assign({ name, expression, source }: Assign): string {
    this.texts.push(...quotedTexts(expression));
    this.scope.set(name, this.evaluator.evaluate(expression, source));
    return '';
  }

  /** What is captured is printed elsewhere, so it is a piece of markup of its own. */
  private capture({ name, body, source }: Capture): string {
    const markup = this.draw(body);
    this.captures.push({ markup, source });
    const values = expandOnce(this, markup)?.map(captured) ?? [plain(this.unknowns.mark('liquid', source))];
    this.scope.set(
      name,
      alternatives(values, () => this.unknowns.mark('liquid', source)),
    );
    return '';
  }

  private drawChoice({ branches, overlapping, source }: Choice): string {
    const index = this.blocks.push({ kind: 'choice', overlapping, source }) - 1;
    const outer = this.scope;
    const layers: Scope[] = [];
    const drawn = branches.map((branch) => {
      // Branches that may follow each other see what the one before has defined.
      layers.push((this.scope = new Scope(overlapping ? this.scope : outer)));
      return this.draw(branch);
    });
    this.leave(outer, layers, source);
    return BEGIN + index + CLOSE + drawn.join(NEXT + index + CLOSE) + END + index + CLOSE;
  }

  private drawLoop({ variable, body, otherwise, source }: Loop): string {
    const index = this.blocks.push({ kind: 'loop', overlapping: false, source }) - 1;
    const outer = this.scope;
    const [turn, none] = [new Scope(outer), new Scope(outer)];
    const unknown = plain(this.unknowns.mark('liquid', source));
    // A turn may see what the one before has defined.
    for (const name of namesIn(body)) turn.set(name, [...this.valuesOf(outer, name), unknown]);
    turn.set(variable, [unknown]);
    this.scope = turn;
    const turns = this.draw(body);
    turn.forget(variable);
    this.scope = none;
    const empty = this.draw(otherwise);
    this.leave(outer, [outer, turn, none], source);
    return `${BEGIN}${index}${CLOSE}${turns}${NEXT}${index}${CLOSE}${empty}${END}${index}${CLOSE}`;
  }

  private leave(outer: Scope, layers: readonly Scope[], source: string): void {
    const unknown = () => this.unknowns.mark('liquid', source);
    const names = new Set(layers.filter((layer) => layer !== outer).flatMap((layer) => [...layer.names]));
    for (const name of names) {
      const values = layers.flatMap((layer) => this.valuesOf(layer, name));
      outer.set(name, alternatives(values, unknown));
    }
    this.scope = outer;
  }

  /** A name that is defined nowhere yet may still be a token. */
  private valuesOf(scope: Scope, name: string): readonly Value[] {
    return scope.get(name) ?? new Evaluator(this.unknowns, () => undefined).evaluate(name, `{{${name}}}`);
  }
}

/** Every name that is defined somewhere in a tree. */
function namesIn(nodes: readonly TreeNode[]): string[] {
  return nodes.flatMap((node): string[] => {
    if (typeof node === 'string') return [];
    if (node.kind === 'assign') return [node.name];
    if (node.kind === 'capture') return [node.name, ...namesIn(node.body)];
    if (node.kind === 'choice') return node.branches.flatMap(namesIn);
    return node.kind === 'loop' ? [...namesIn(node.body), ...namesIn(node.otherwise)] : [];
  });
}

/** @param unknowns gets the marks of this outline, and may have those of others */
export function drawOutline(tree: readonly TreeNode[], unknowns: Unknowns): Outline {
  const draughtsman = new Draughtsman(unknowns);
  const markup = draughtsman.draw(tree);
  const { captures, outputs, blocks, texts, budget } = draughtsman;
  return { markup, captures, outputs, blocks, texts, unknowns, budget };
}
