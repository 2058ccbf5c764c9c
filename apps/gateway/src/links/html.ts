const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** HTML that is ready to be sent; everything else is text. */
export class Html {
  constructor(readonly source: string) {}
}

const render = (value: Html | string): string =>
  value instanceof Html
    ? value.source
    : value.replace(/[&<>"']/g, (character) => entities[character] as string);

/** A template whose inserted texts are escaped, so that a guest called `<script>` stays a guest. */
export const markup = (parts: TemplateStringsArray, ...values: (Html | string)[]): Html =>
  new Html(parts.reduce((page, part, index) => page + render(values[index - 1] ?? '') + part));
