import { CodedError } from '@qflow/contracts';
import { DomainProvider } from './domain-provider.js';

/** Where e-mail leaves through a mail server only, whose operator is the one to allow senders. */
export class NoDomains extends DomainProvider {
  override assertSupported(): never {
    throw new CodedError(
      'domain_not_supported',
      'This installation sends through a mail server, which authenticates no sender domains. ' +
        'Ask its operator to allow your domain there; nothing has to be set up through this API.',
    );
  }

  ensure = (): never => this.assertSupported();
  validate = (): never => this.assertSupported();
  remove = (): never => this.assertSupported();
  removeByKey = (): never => this.assertSupported();

  close(): Promise<void> {
    return Promise.resolve();
  }
}
