import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routesOf, type OpenApi } from '@qflow/testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { formats } from '../src/validation/formats.js';
import { TestGateway } from './support/test-gateway.js';

let gateway: TestGateway;
let document: OpenApi;
let folder: string;

beforeAll(async () => {
  gateway = await TestGateway.start();
  document = (await gateway.call('GET', '/openapi.json')).body as unknown as OpenApi;
  folder = await mkdtemp(path.join(tmpdir(), 'qflow-client-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await gateway.stop();
});

/** What an integrator writes against a generated client: requests, answers and errors, all with their types. */
const program = `
import type { components, paths } from './api.js';

type Body<P extends keyof paths> = paths[P] extends {
  post: { requestBody: { content: { 'application/json': infer T } } };
} ? T : never;
type Ok<P extends keyof paths, M extends keyof paths[P], S extends number = 200> = paths[P][M] extends {
  responses: { [status in S]: { content: { 'application/json': infer T } } };
} ? T : never;

const event: Body<'/api/event'> = {
  title: 'Summer Gala', startTime: '2026-06-21T19:30', endTime: '2026-06-21T23:00', timeZoneId: 'Europe/London',
};
const guest: Body<'/api/guest'> = { eventId: 'x', email: 'ada@example.com', customFields: { 1: 'Table 7' } };
const guests: Body<'/api/guests/{eventId}'> = [{ firstName: 'Ada' }];
export const mailed = (answer: Ok<'/api/guest', 'post'>): string | null => answer.attendeeInvitationId;
export const statusOf = (answer: Ok<'/api/comms/send', 'post'>): components['schemas']['SendTicket']['status'] => answer.status;
export const results = (answers: Ok<'/api/guests/{eventId}', 'post'>): string[] =>
  answers.map(({ status, error }) => (status === 'rejected' ? (error?.code ?? '') : status));
export const secretOf = (answer: Ok<'/api/comms/webhook', 'post'>): string => answer.secret;
type Webhooks = '/api/comms/webhooks';
const webhook: Body<Webhooks> = {
  url: 'https://example.com/hook', events: ['comms.*'], format: 'standard', headers: { 'X-Key': 'k' },
  retry: { delaysSeconds: [5, 60], disableAfter: null },
};
export const created = (answer: Ok<Webhooks, 'post', 201>): [string, string | null] => [answer.secret, answer.publicKey];
export const missed = (answer: Ok<\`\${Webhooks}/{id}\`, 'patch'>): number => answer.missed?.deliveries ?? 0;
export const lastCodes = (answer: Ok<\`\${Webhooks}/{id}/deliveries\`, 'get'>): (number | null | undefined)[] =>
  answer.map(({ attempts }) => attempts.at(-1)?.statusCode);
export const stateOf = (answer: Ok<\`\${Webhooks}/{id}/replay\`, 'post', 202>): 'running' | 'done' | 'cancelled' => answer.state;
export const hintOf = (answer: Ok<\`\${Webhooks}/{id}/test\`, 'post'>): string | null => answer.hint;
export const uidOf = (answer: Ok<'/api/v1/webhooks', 'post', 201>): string => answer.data.uid;
export const placesOf = (problem: components['schemas']['Problem']): string[] =>
  (problem.errors ?? []).map(({ path, message }) => path + ' ' + message);
// @ts-expect-error a misspelt field is found when the client is compiled
const wrong: Body<'/api/guest'> = { eventId: 'x', emial: 'ada@example.com' };
export { event, guest, guests, webhook, wrong };
`;

describe('a client generated from /openapi.json', () => {
  it('compiles as it is, strictly, and knows every request, answer and error', async () => {
    const ast = await openapiTS(JSON.stringify(document));
    await writeFile(path.join(folder, 'api.ts'), astToString(ast));
    await writeFile(path.join(folder, 'program.ts'), program);
    const compiled = ts.createProgram([path.join(folder, 'program.ts')], {
      strict: true,
      noEmit: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      types: [],
    });
    const mistakes = ts
      .getPreEmitDiagnostics(compiled)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    expect(mistakes).toEqual([]);
  });
});

describe('the examples of the document', () => {
  it('are there for every body, and are what their schemas say', () => {
    const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strict: false });
    for (const [name, { test }] of Object.entries(formats)) ajv.addFormat(name, test);
    for (const name of ['password', 'binary']) ajv.addFormat(name, true);
    ajv.addSchema({ components: document.components }, 'openapi');
    const flaws: string[] = [];
    for (const { method, path: address, operation } of routesOf(document)) {
      const bodies: [string, Record<string, object> | undefined][] = [
        ['request', operation.requestBody?.content],
        ...Object.entries(operation.responses).map(([status, { content }]): [string, typeof content] => [
          status,
          content,
        ]),
      ];
      for (const [what, content] of bodies)
        for (const [type, media] of Object.entries(content ?? {}))
          flaws.push(...flawsOf(ajv, media, type).map((flaw) => `${method} ${address} ${what}: ${flaw}`));
    }
    expect(flaws).toEqual([]);
  });
});

interface MediaType {
  schema?: object;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}

function flawsOf(ajv: Ajv2020, media: MediaType, type: string): string[] {
  if (!type.includes('json') && !type.includes('form')) return [];
  const examples = media.examples ? Object.values(media.examples).map(({ value }) => value) : [media.example];
  const schema = JSON.parse(
    JSON.stringify(media.schema ?? {}).replaceAll('#/components/', 'openapi#/components/'),
  ) as object;
  return examples.flatMap((example) => {
    if (example === undefined) return ['has no example'];
    return ajv.validate(schema, example) ? [] : [`${JSON.stringify(example)}: ${ajv.errorsText()}`];
  });
}
