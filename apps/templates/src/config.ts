import { databaseSettings, httpSettings, loadConfig, messagingSettings, type ConfigOf } from '@qflow/service';

/** Every setting of the templates service, with its default. */
const shape = {
  ...httpSettings(3001),
  ...messagingSettings,
  ...databaseSettings,
};

export type TemplatesConfig = ConfigOf<typeof shape>;

/** @throws ConfigError */
export const loadTemplatesConfig = (env?: Record<string, string | undefined>): TemplatesConfig =>
  loadConfig(shape, env);

export const templatesSchema = 'templates';
