/** RFC 9112 §3.2.2: a server accepts `GET http://host/path` as well; routes know paths only. */
export const originForm = ({ url = '/' }: { url?: string | undefined }): string =>
  url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/^(?=[?#]|$)/, '/');
