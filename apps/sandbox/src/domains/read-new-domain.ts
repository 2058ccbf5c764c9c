import { isObject } from '../api/is-object.js';
import { SendGridError, type SendGridProblem } from '../api/sendgrid-error.js';

/** What `POST /v3/whitelabel/domains` asks for; without a subdomain SendGrid invents one. */
export interface DomainRequest {
  domain: string;
  subdomain: string | null;
  default: boolean;
}

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOSTNAME = new RegExp(`^(?:${LABEL}\\.)+${LABEL}$`);
const ONE_LABEL = new RegExp(`^${LABEL}$`);

/** @throws SendGridError 400 with every wrong field */
export function readNewDomain(body: unknown): DomainRequest {
  if (!isObject(body)) throw SendGridError.of(400, 'Bad Request');
  const problems: SendGridProblem[] = [];
  const wrong = (field: string, message: string): void => void problems.push({ message, field, help: null });
  const { domain, subdomain = null, default: standard = false, automatic_security: automatic = false } = body;
  if (typeof domain !== 'string' || domain === '') wrong('domain', 'domain is required');
  else if (domain.length > 253 || !HOSTNAME.test(domain.toLowerCase()))
    wrong('domain', 'domain is not valid');
  if (subdomain !== null && !(typeof subdomain === 'string' && ONE_LABEL.test(subdomain.toLowerCase())))
    wrong('subdomain', 'subdomain is not valid');
  if (typeof standard !== 'boolean') wrong('default', 'default must be a boolean');
  // Without it there are TXT and MX records to publish by hand, which nobody here asks for.
  if (automatic !== true)
    wrong('automatic_security', 'the sandbox has automatic security only: it must be true');
  if (problems.length > 0) throw new SendGridError(400, problems);
  return {
    domain: (domain as string).toLowerCase(),
    subdomain: subdomain === null ? null : (subdomain as string).toLowerCase(),
    default: standard as boolean,
  };
}
