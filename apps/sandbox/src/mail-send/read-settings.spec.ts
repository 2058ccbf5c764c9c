import { describe, expect, it } from '@jest/globals';
import { mail, problemsOf } from '../../test/mail-problems.js';

describe('a mail that SendGrid refuses for its settings', () => {
  it.each<[what: string, body: Record<string, unknown>, field: string, message: RegExp]>([
    [
      'a setting that is no object',
      mail({ mail_settings: { footer: true } }),
      'mail_settings.footer',
      /Expected: object, given: boolean/,
    ],
    [
      'a footer that is no text',
      mail({ mail_settings: { footer: { enable: true, html: 1 } } }),
      'mail_settings.footer.html',
      /text\/html version of your footer/,
    ],
    [
      'a copy to nobody',
      mail({ mail_settings: { bcc: { enable: true } } }),
      'mail_settings.bcc.email',
      /must include a recipient object/,
    ],
    [
      'a spam check of no strictness',
      mail({ mail_settings: { spam_check: { threshold: 11 } } }),
      'mail_settings.spam_check.threshold',
      /between 1 and 10/,
    ],
    [
      'a spam check that reports nowhere',
      mail({ mail_settings: { spam_check: { enable: true, threshold: 5, post_to_url: 'ftp://x' } } }),
      'mail_settings.spam_check.post_to_url',
      /must start with `http/,
    ],
    [
      'a campaign that is no text',
      mail({ tracking_settings: { ganalytics: { utm_campaign: 1 } } }),
      'tracking_settings.ganalytics.utm_campaign',
      /utm_campaign must be a string/,
    ],
    [
      'a switch that is no boolean',
      mail({ mail_settings: { sandbox_mode: { enable: 'yes' } } }),
      'mail_settings.sandbox_mode.enable',
      /boolean/,
    ],
    ['settings that are no object', mail({ tracking_settings: true }), 'tracking_settings', /object/],
  ])('%s', (_, body, field, message) => {
    expect(problemsOf(body)).toEqual([
      expect.objectContaining({ field, message: expect.stringMatching(message) as unknown }),
    ]);
  });
});
