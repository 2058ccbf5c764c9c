import { beforeAll } from '@jest/globals';
import { selfSignedCertificate, type TestCertificate } from '@qflow/testing';
import { recipientName } from '../../src/provider/sendgrid/recipient-name.js';
import { SendGridProvider } from '../../src/provider/sendgrid/sendgrid-provider.js';
import { conformance, limits } from './conformance.js';
import { sendGridCounterpart } from './sendgrid-counterpart.js';

const apiKey = 'SG.test';

let certificate: TestCertificate;
beforeAll(async () => {
  certificate = await selfSignedCertificate('localhost');
});

conformance(
  'sendgrid',
  {
    start: sendGridCounterpart(apiKey, (baseUrl, own) => new SendGridProvider({ baseUrl, apiKey, ...own })),
    providerOf: (port) => new SendGridProvider({ baseUrl: `http://127.0.0.1:${port}`, apiKey, ...limits }),
    silenceBefore: 'unknown',
    carriedName: (name) => recipientName(name) ?? '',
  },
  () => certificate,
);
