import {
  databaseSettings,
  httpSettings,
  loadConfig,
  messagingSettings,
  setting,
  type ConfigOf,
} from '@qflow/service';

/** Every setting of the templates service, with its default. */
export const settings = {
  ...httpSettings(3001),
  ...messagingSettings,
  ...databaseSettings,

  URL_BLOCKLIST_FILES: setting.list({
    default: [],
    doc: 'Files of unsafe hosts and URLs, separated by commas: hosts files, one host or URL a line, or CSV of URLhaus.',
  }),
  URL_BLOCKLIST_CHECK_S: setting.integer({
    min: 1,
    max: 3_600,
    default: 30,
    doc: 'Seconds between two looks whether these files have changed.',
  }),
  WEB_RISK_API_KEY: setting.optional(
    setting.string({ secret: true, doc: 'Key of Google Web Risk; without it, Web Risk is not asked.' }),
  ),
  WEB_RISK_URL: setting.url({
    protocols: ['https:', 'http:'],
    default: 'https://webrisk.googleapis.com',
    doc: 'Where Web Risk, or what stands in for it, is.',
  }),
  // Whoever asks for a save waits for five seconds.
  WEB_RISK_TIMEOUT_MS: setting.integer({
    min: 10,
    max: 4_000,
    default: 2_500,
    doc: 'Milliseconds in which Web Risk has to answer for all URLs of a template.',
  }),
  // The rules and the blocklist have looked by then, and an outage at Google would keep everybody from saving.
  WEB_RISK_ON_FAILURE: setting.oneOf(['allow', 'refuse'], {
    default: 'allow',
    doc: 'Whether a template is saved or refused (503) while Web Risk does not answer.',
  }),
};

export type TemplatesConfig = ConfigOf<typeof settings>;

/** @throws ConfigError */
export const loadTemplatesConfig = (env?: Record<string, string | undefined>): TemplatesConfig =>
  loadConfig(settings, env);

export const templatesSchema = 'templates';
