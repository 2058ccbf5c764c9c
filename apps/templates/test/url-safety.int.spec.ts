import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  findTemplate,
  getTemplateVersion,
  listTemplates,
  saveTemplate,
  type SaveTemplate,
} from '@qflow/contracts';
import { eventually } from '@qflow/testing';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeWebRisk, json, threat } from './safety/fake-web-risk.js';
import { saveRequest, startTemplates, type RunningTemplates } from './start-templates.js';

const google = new FakeWebRisk();
let folder: string;
let blocklist: string;
let templates: RunningTemplates;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'url-safety-'));
  blocklist = join(folder, 'hosts');
  await writeFile(blocklist, '0.0.0.0 listed.example\n');
  await google.start();
  templates = await startTemplates({
    URL_BLOCKLIST_FILES: blocklist,
    URL_BLOCKLIST_CHECK_S: '1',
    WEB_RISK_API_KEY: 'secret-key',
    WEB_RISK_URL: google.url,
    WEB_RISK_ON_FAILURE: 'refuse',
  });
});
afterEach(() => {
  google.answer = json(200, {});
});
afterAll(async () => {
  await templates.stop();
  await google.stop();
  await rm(folder, { recursive: true });
});

const save = (request: SaveTemplate) => templates.rpc.ask(saveTemplate, request);
const draft = (html: string) => saveRequest({ id: crypto.randomUUID(), html });
const link = (url: string): string => `<p>Dear {{firstname}}</p><a href="${url}">Your ticket</a>`;
const find = ({ accountId, id }: SaveTemplate) =>
  templates.rpc.ask(findTemplate, { accountId, templateId: id as string });

describe('saving a template with unsafe URLs', () => {
  it('is refused, with each URL and its reason, and stores nothing', async () => {
    const request = draft(
      `${link('java&#115;cript:alert(1)')}${link('https://{{V_1}}/x')}${link('https://www.listed.example')}`,
    );
    await expect(save(request)).rejects.toMatchObject({
      code: 'spam_check_failed',
      detail: 'The template was not saved: it holds 3 unsafe URLs.',
      extras: {
        urls: [
          { url: 'javascript:alert(1)', reason: expect.stringContaining('runs code') },
          { url: 'https://{{V_1}}/x', reason: expect.stringContaining('{{V_1}}') },
          { url: 'https://www.listed.example', reason: expect.stringContaining('blocklist') },
        ],
      },
    });
    expect(await find(request)).toBeNull();
    const { accountId, eventId } = request;
    expect(await templates.rpc.ask(listTemplates, { accountId, eventId })).toEqual([]);
  });

  it('leaves a template that is there as it was', async () => {
    const request = draft(link('https://www.example.com/{{barcode}}'));
    const saved = await save(request);
    await expect(save({ ...request, html: link('http://127.1/') })).rejects.toMatchObject({
      code: 'spam_check_failed',
    });
    expect(await find(request)).toMatchObject({ version: 1 });
    const key = { accountId: request.accountId, templateId: saved.id };
    expect(await templates.rpc.ask(getTemplateVersion, { ...key, version: 1 })).toMatchObject({
      html: request.html,
    });
    expect(await templates.rpc.ask(getTemplateVersion, { ...key, version: 2 })).toBeNull();
  });

  it('looks at the subject too', async () => {
    const request = { ...draft('<p>Ticket</p>'), subject: 'Your ticket: http://203.0.113.7/' };
    await expect(save(request)).rejects.toMatchObject({ extras: { urls: [{ url: 'http://203.0.113.7/' }] } });
  });

  it('does not refuse what does not compile for its URLs', async () => {
    await expect(save(draft(`${link('javascript:alert(1)')}{% if V_1 %}`))).rejects.toMatchObject({
      code: 'validation_error',
    });
  });

  it('warns of URLs that lead nowhere', async () => {
    const { warnings } = await save(draft(link('tickets.html')));
    expect(warnings).toEqual(['"tickets.html" has no scheme and host: it leads nowhere in an e-mail.']);
  });
});

describe('the blocklist', () => {
  it('is read again when it is replaced; a template that is saved again is looked at again', async () => {
    const request = draft(link('https://fresh.example/'));
    await save(request);
    await writeFile(`${blocklist}.new`, '0.0.0.0 listed.example\n0.0.0.0 fresh.example\n');
    await rename(`${blocklist}.new`, blocklist);
    const refusal = await eventually(() =>
      save(request).then(
        () => null,
        (error: unknown) => error,
      ),
    );
    expect(refusal).toMatchObject({ extras: { urls: [{ url: 'https://fresh.example/' }] } });
    // What is stored is still sent: sends ask for a version, and nobody looks at its URLs again.
    expect(await find(request)).toMatchObject({ version: 1 });
  });

  it('is part of readiness and of the metrics', async () => {
    const { url } = templates.replicas[0]!;
    const ready = await fetch(`${url}/health/ready`);
    expect(await ready.json()).toMatchObject({ details: { 'url-blocklist': { status: 'up' } } });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/^qflow_url_blocklist_entries [1-9]/m);
    expect(metrics).toContain('qflow_url_blocklist_broken_files 0');
  });
});

describe('Web Risk', () => {
  it('is asked about URLs that nothing else has found, without tokens', async () => {
    google.answer = (response, uri) =>
      (uri.includes('phishing') ? threat('2099-01-01T00:00:00Z', 'SOCIAL_ENGINEERING') : json(200, {}))(
        response,
        uri,
      );
    const request = draft(
      link('https://phishing.example.org/{{email}}?n={{fullname}}') + link('javascript:alert(1)'),
    );
    await expect(save(request)).rejects.toMatchObject({
      extras: {
        urls: [
          {
            url: 'https://phishing.example.org/{{email}}?n={{fullname}}',
            reason: expect.stringContaining('phishing'),
          },
          { url: 'javascript:alert(1)' },
        ],
      },
    });
    expect(google.uris).toContain('https://phishing.example.org/token?n=token');
  });

  it('keeps templates from being saved while it is out of reach, where that is asked for', async () => {
    google.answer = json(503, {});
    const request = draft(link('https://unknown.example.org/'));
    await expect(save(request)).rejects.toMatchObject({ code: 'unavailable', extras: { retryAfter: 30 } });
    expect(await find(request)).toBeNull();
    google.answer = json(200, {});
    await save(request);
  });
});
