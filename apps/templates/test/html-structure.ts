import { parse, parseFragment, type DefaultTreeAdapterTypes } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;

/** Elements with the names of their attributes, and comments; line breaks of tokens aside. Outlook's view included. */
export function structure(html: string): string[] {
  return shape(parse(html));
}

/** The same without the names of attributes, for templates in which a token may be part of one. */
export function elements(html: string): string[] {
  return structure(html).map((line) => line.replace(/ [^>]*>$/, (names) => ` ${names.split(' ').length}>`));
}

function shape(node: Node): string[] {
  if (node.nodeName === '#comment') return commentShape((node as DefaultTreeAdapterTypes.CommentNode).data);
  const { tagName, attrs } = node as DefaultTreeAdapterTypes.Element;
  const children = 'childNodes' in node ? node.childNodes.flatMap(shape) : [];
  const content = 'content' in node ? shape(node.content) : [];
  if (!tagName || tagName === 'br') return [...children, ...content];
  return [
    `<${tagName} ${attrs.map(({ name }) => encodeURIComponent(name)).join(' ')}>`,
    ...children,
    ...content,
    `</${tagName}>`,
  ];
}

function commentShape(data: string): string[] {
  const outlook = /^\[if [^\]]*\]>([^]*)<!\[endif\]$/.exec(data)?.[1];
  return ['<!--', ...(outlook === undefined ? [] : shape(parseFragment(outlook))), '-->'];
}
