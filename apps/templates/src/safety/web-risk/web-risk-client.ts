import { Pool } from 'undici';
import { readAnswer, type WebRiskVerdict } from './read-answer.js';

export interface WebRiskClientOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
}

const THREATS = ['MALWARE', 'SOCIAL_ENGINEERING', 'UNWANTED_SOFTWARE'];
/** Requests at a time; more wait for their turn. */
const connections = 16;
const maxAnswerBytes = 65_536;

/** The Lookup API of Google Web Risk, which takes one URL at a time. */
export class WebRiskClient {
  private readonly pool: Pool;
  private readonly path: string;

  constructor({ baseUrl, apiKey }: WebRiskClientOptions) {
    const { origin, pathname } = new URL(baseUrl);
    const query = new URLSearchParams({ key: apiKey });
    for (const type of THREATS) query.append('threatTypes', type);
    this.path = `${pathname.replace(/\/$/, '')}/v1/uris:search?${query.toString()}`;
    this.pool = new Pool(origin, { connections, pipelining: 1, maxResponseSize: maxAnswerBytes });
  }

  /** @throws Error saying what went wrong, without the key */
  async lookUp(url: string, signal: AbortSignal): Promise<WebRiskVerdict> {
    const path = `${this.path}&uri=${encodeURIComponent(url)}`;
    const { statusCode, body } = await this.pool.request({ method: 'GET', path, signal });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`Web Risk answered ${statusCode}`);
    const verdict = readAnswer(text);
    if (!verdict) throw new Error('Web Risk answered something else than a verdict');
    return verdict;
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }
}
