import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * Reads the certificates in a PEM file.
 * @throws Error where there is no such file, or something in it is not a certificate
 */
export function readAuthorities(path: string): string[] {
  const certificates =
    readFileSync(path, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0) throw new Error('no certificate');
  return certificates.map((pem) => new X509Certificate(pem).toString());
}
