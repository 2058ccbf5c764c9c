import type { LifeStep, MailFacts, ProviderEventName } from './life.js';
import { blocked, deferrals, MAGIC_DOMAIN, usualStep } from './usual-steps.js';

type Life = (mail: MailFacts) => readonly LifeStep[];

const life =
  (...steps: (ProviderEventName | LifeStep)[]): Life =>
  (mail) =>
    steps.map((step) => (typeof step === 'string' ? usualStep(step, mail) : step));

const ordinaryLife = life('processed', 'delivered');

const lives: ReadonlyMap<string, Life> = new Map<string, Life>([
  ['delivered', ordinaryLife],
  ['bounced', life('processed', 'bounce')],
  ['blocked', life('processed', blocked)],
  // SendGrid drops a mail instead of processing it.
  ['dropped', life('dropped')],
  ['spam', life('processed', 'delivered', 'spamreport')],
  ['unsubscribed', life('processed', 'delivered', 'unsubscribe')],
  ['opened', life('processed', 'delivered', 'open')],
  ['clicked', life('processed', 'delivered', 'open', 'click')],
  ['deferred', life('processed', ...deferrals, 'delivered')],
]);

/** The names before `@sandbox.test` that have a life of their own. */
export const magicNames: readonly string[] = [...lives.keys()];

/**
 * What happens to a mail for this recipient, in order. `bounced@sandbox.test`, `bounced+any-label@sandbox.test`
 * and so on for each of {@link magicNames}; everybody else's mail is processed and delivered.
 */
export function lifeOf(recipient: string, mail: MailFacts): readonly LifeStep[] {
  const [local = '', domain] = recipient.toLowerCase().split('@');
  const name = local.split('+', 1)[0] ?? '';
  const found = domain === MAGIC_DOMAIN ? lives.get(name) : undefined;
  return (found ?? ordinaryLife)(mail);
}
