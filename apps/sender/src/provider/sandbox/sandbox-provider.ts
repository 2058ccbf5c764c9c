import { SendGridProvider } from '../sendgrid/sendgrid-provider.js';

/**
 * The sandbox app, which speaks SendGrid's protocol and delivers nothing. It is a provider of its own, so that single
 * accounts can be sent there while others have a real one.
 */
export class SandboxProvider extends SendGridProvider {
  override readonly name = 'sandbox';
  protected override readonly title = 'The sandbox';
}
