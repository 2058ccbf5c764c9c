import { Deviation } from '../deviation.js';

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} type Its media type, without parameters.
 * @property {any} body What its JSON says; of anything else only how many `bytes` there are.
 */

/**
 * @param {Response} response
 * @returns {Promise<Answer>}
 */
export async function readAnswer(response) {
  const [type] = (response.headers.get('content-type') ?? 'no media type').split(';');
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, type, body: parse(type, bytes) };
}

/**
 * @param {Answer} answer
 * @param {(body: any) => string} [tell] What to say of a success.
 * @returns {string} one line for a person.
 */
export function explain({ status, body }, tell = () => '') {
  if (status < 400) return tell(body);
  // The token endpoint has errors of its own kind (RFC 6749 §5.2); everything else answers RFC 9457.
  const [code, detail] = [body.code ?? body.error, body.detail ?? body.error_description];
  return code ? `${code}: ${detail}` : '';
}

/**
 * @param {string} what The request.
 * @param {Answer} answer
 * @param {{ statuses: number[], type?: string }} documented
 * @returns {Deviation | undefined} nothing when the answer is of a documented kind.
 */
export function deviationOf(what, answer, { statuses, type = 'application/json' }) {
  const { status } = answer;
  if (!statuses.includes(status)) {
    const said = explain(answer);
    const reason = said ? ` (${said})` : '';
    return new Deviation(`${what} answered ${status}${reason}; documented is ${statuses.join(' or ')}.`);
  }
  const wanted = status < 400 ? type : 'application/problem+json';
  if (answer.type === wanted) return undefined;
  return new Deviation(`${what} answered with ${answer.type}; documented is ${wanted}.`);
}

function parse(type, bytes) {
  try {
    if (/[/+]json$/.test(type)) return JSON.parse(bytes.toString('utf8'));
  } catch {
    // Not what its media type promises: whoever looks for its members will say what is missing.
  }
  return { bytes: bytes.byteLength };
}
