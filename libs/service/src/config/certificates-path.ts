import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * The path itself, once there are certificates in the file: it is read again at every connection, so that a
 * certificate authority can be replaced while the service runs.
 * @throws Error where there is no such file, or something in it is not a certificate
 */
export function readCertificatesPath(path: string): string {
  const pems = readFileSync(path, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (!pems) throw new Error('no certificate');
  for (const pem of pems) new X509Certificate(pem);
  return path;
}
