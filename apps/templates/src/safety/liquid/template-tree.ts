import type { CompiledTemplate } from '@qflow/rendering';

/** A template as its author structured it: literal text and Liquid constructs, without conditions. */
export type TreeNode = string | Output | Assign | Capture | Choice | Loop;

/** Prints a value. */
export interface Output {
  readonly kind: 'output';
  /** What stands between the delimiters. */
  readonly expression: string;
  /** As it stands in the template, for people: `{{ V_1 }}`. */
  readonly source: string;
}

export interface Assign {
  readonly kind: 'assign';
  readonly name: string;
  readonly expression: string;
  readonly source: string;
}

export interface Capture {
  readonly kind: 'capture';
  readonly name: string;
  readonly body: TreeNode[];
  readonly source: string;
}

/** `if`, `unless` and `case`: one of the branches is rendered, and an empty one is among them where none may be. */
export interface Choice {
  readonly kind: 'choice';
  readonly branches: TreeNode[][];
  /** Several branches may be rendered one after the other: a `case` whose `when`s are not told apart for sure. */
  readonly overlapping: boolean;
  readonly source: string;
}

export interface Loop {
  readonly kind: 'loop';
  readonly variable: string;
  readonly body: TreeNode[];
  readonly otherwise: TreeNode[];
  readonly source: string;
}

/**
 * The part of LiquidJS's parsed templates (`IfTag`, `CaseTag`, `ForTag`, …) that matters here. The scan reads what
 * will be rendered, and not the source once more: two parsers would disagree somewhere, and that is where to hide.
 */
interface LiquidNode {
  readonly token: { getText(): string; getContent?(): string; content?: string; args?: string };
  /** Of a tag. */
  readonly name?: string;
  readonly branches?: readonly { templates: LiquidNode[]; values?: readonly { content?: unknown }[] }[];
  readonly templates?: LiquidNode[];
  readonly elseTemplates?: LiquidNode[];
  readonly variable?: string;
  /** The content of `raw`. */
  readonly tokens?: readonly { getText(): string }[];
}

type Program = CompiledTemplate['html'];

/** The tree of a compiled subject or HTML. */
export const readTree = ({ templates }: Program): TreeNode[] => readAll(templates);

const readAll = (nodes: readonly LiquidNode[] = []): TreeNode[] => nodes.flatMap((node) => readNode(node));

function readNode(node: LiquidNode): TreeNode[] {
  if (node.token.getContent) return [node.token.getContent()];
  const source = node.token.getText();
  switch (node.name) {
    case undefined:
      return node.token.content === undefined || node.token.args !== undefined
        ? []
        : [{ kind: 'output', expression: node.token.content, source }];
    case 'if':
    case 'unless':
    case 'case':
      return [readChoice(node, source)];
    case 'for':
      return [readLoop(node, source)];
    case 'capture':
      return [{ kind: 'capture', name: node.variable ?? '', body: readAll(node.templates), source }];
    case 'assign':
      return [readAssign(node.token.args ?? '', source)];
    case 'raw':
      return [(node.tokens ?? []).map((token) => token.getText()).join('')];
    case 'cycle':
      // One of several values, which no expression says.
      return [{ kind: 'output', expression: `cycle ${node.token.args ?? ''}`, source }];
    default:
      return [];
  }
}

function readChoice(node: LiquidNode, source: string): Choice {
  const branches = (node.branches ?? []).map(({ templates }) => readAll(templates));
  return {
    kind: 'choice',
    branches: [...branches, readAll(node.elseTemplates)],
    overlapping: node.name === 'case' && !areDistinct(node),
    source,
  };
}

/** Whether no two `when`s can be met at once: all are constants, and all differ however they are compared. */
function areDistinct({ branches = [] }: LiquidNode): boolean {
  const seen = new Set<string>();
  for (const { content } of branches.flatMap(({ values = [] }) => values)) {
    if ((typeof content !== 'string' && typeof content !== 'number') || seen.has(String(content)))
      return false;
    seen.add(String(content));
  }
  return true;
}

const readLoop = (node: LiquidNode, source: string): Loop => ({
  kind: 'loop',
  variable: node.variable ?? '',
  body: readAll(node.templates),
  otherwise: readAll(node.elseTemplates),
  source,
});

function readAssign(args: string, source: string): Assign {
  const equals = args.indexOf('=');
  return {
    kind: 'assign',
    name: args.slice(0, equals).trim(),
    expression: args.slice(equals + 1).trim(),
    source,
  };
}
