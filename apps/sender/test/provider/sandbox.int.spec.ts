import { beforeAll } from '@jest/globals';
import { selfSignedCertificate, type TestCertificate } from '@qflow/testing';
import { recipientName } from '../../src/provider/sendgrid/recipient-name.js';
import { SandboxProvider } from '../../src/provider/sandbox/sandbox-provider.js';
import { conformance, limits } from './conformance.js';
import { sendGridCounterpart } from './sendgrid-counterpart.js';

const apiKey = 'SG.sandbox';

let certificate: TestCertificate;
beforeAll(async () => {
  certificate = await selfSignedCertificate('localhost');
});

conformance(
  'sandbox',
  {
    start: sendGridCounterpart(apiKey, (baseUrl, own) => new SandboxProvider({ baseUrl, apiKey, ...own })),
    providerOf: (port) => new SandboxProvider({ baseUrl: `http://127.0.0.1:${port}`, apiKey, ...limits }),
    silenceBefore: 'unknown',
    carriedName: (name) => recipientName(name) ?? '',
  },
  () => certificate,
);
