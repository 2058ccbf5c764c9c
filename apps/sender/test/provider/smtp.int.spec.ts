import { beforeAll } from '@jest/globals';
import { selfSignedCertificate, type TestCertificate } from '@qflow/testing';
import { SmtpProvider } from '../../src/provider/smtp/smtp-provider.js';
import { conformance, limits } from './conformance.js';
import { smtpCounterpart } from './smtp-counterpart.js';

let certificate: TestCertificate;
beforeAll(async () => {
  certificate = await selfSignedCertificate('localhost');
});

conformance(
  'smtp',
  {
    start: (own) => smtpCounterpart(own && { ...own, secure: true }),
    providerOf: (port) => new SmtpProvider({ url: `smtp://127.0.0.1:${port}`, ...limits }),
    silenceBefore: 'retryable',
    // A header can hold any character, as long as it stays on its line and is no encoded word.
    carriedName: (name) => name.replace(/[\r\n]+/g, ' ').replace(/=\?/g, '= ?'),
  },
  () => certificate,
);
