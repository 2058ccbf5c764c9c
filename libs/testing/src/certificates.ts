import { generate } from 'selfsigned';

export interface TestCertificate {
  /** PEM. */
  key: string;
  /** PEM; followed by the intermediate ones where a server is to send them. */
  cert: string;
}

interface Validity {
  notBefore?: Date;
  notAfter?: Date;
}

export interface TestAuthority extends TestCertificate {
  /** A server's certificate for a host name. */
  issue(host: string, validity?: Validity): Promise<TestCertificate>;
  /** An authority under this one. */
  intermediate(): Promise<TestAuthority>;
}

const yearMs = 365 * 24 * 60 * 60 * 1000;

/** A certificate authority that nobody trusts unless told to. */
export const testAuthority = (name = 'Test Authority'): Promise<TestAuthority> => authority(name);

/** A server's certificate that it has signed itself. */
export const selfSignedCertificate = (host: string): Promise<TestCertificate> => issue(host, {}, undefined);

async function authority(name: string, parent?: TestCertificate): Promise<TestAuthority> {
  const made = await generate([{ name: 'commonName', value: name }], {
    ...common({}, parent),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const own = { key: made.private, cert: made.cert };
  return {
    ...own,
    issue: (host, validity = {}) => issue(host, validity, own),
    intermediate: () => authority(`${name} Intermediate`, own),
  };
}

async function issue(
  host: string,
  validity: Validity,
  issuer: TestCertificate | undefined,
): Promise<TestCertificate> {
  const made = await generate([{ name: 'commonName', value: host }], {
    ...common(validity, issuer),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: host }] },
    ],
  });
  return { key: made.private, cert: made.cert };
}

const common = ({ notBefore, notAfter }: Validity, issuer: TestCertificate | undefined) => ({
  keyType: 'ec' as const,
  algorithm: 'sha256',
  notBeforeDate: notBefore ?? new Date(Date.now() - yearMs),
  notAfterDate: notAfter ?? new Date(Date.now() + yearMs),
  ...(issuer && { ca: issuer }),
});
