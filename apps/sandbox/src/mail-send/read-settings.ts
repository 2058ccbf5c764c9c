import { isObject } from '../api/is-object.js';
import type { Problems } from './problems.js';

/** Every switch of `mail_settings` and `tracking_settings`, and SendGrid's words when it is no boolean. */
const SWITCHES: readonly (readonly [group: string, setting: string, field: string, message: string])[] = [
  ['mail_settings', 'bcc', 'enable', 'The bcc enable param should be a boolean value.'],
  [
    'mail_settings',
    'bypass_list_management',
    'enable',
    'The bypass list management enable param should be a boolean value.',
  ],
  ['mail_settings', 'footer', 'enable', 'The footer enable param should be a boolean value.'],
  ['mail_settings', 'sandbox_mode', 'enable', 'The sandbox mode enable param should be a boolean value.'],
  ['mail_settings', 'spam_check', 'enable', 'The spam check enable param should be a boolean value.'],
  [
    'tracking_settings',
    'click_tracking',
    'enable',
    'The click tracking enable param should be a boolean value.',
  ],
  [
    'tracking_settings',
    'click_tracking',
    'enable_text',
    'The click tracking enable text must be a boolean value.',
  ],
  ['tracking_settings', 'ganalytics', 'enable', 'The Google Analytics enable param must be a boolean value.'],
  [
    'tracking_settings',
    'open_tracking',
    'enable',
    'The open tracking enable param should be a boolean value.',
  ],
  [
    'tracking_settings',
    'subscription_tracking',
    'enable',
    'The subscription tracking enable param should be a boolean value.',
  ],
];

/** Checks `mail_settings` and `tracking_settings`, and returns the one that the sandbox acts on: `sandbox_mode`. */
export function readSandboxMode(body: Record<string, unknown>, problems: Problems): boolean {
  for (const group of ['mail_settings', 'tracking_settings']) {
    const value = body[group];
    if (value !== undefined && value !== null && !isObject(value)) {
      problems.add(group, `The ${group} must be an object.`);
    }
  }
  for (const [group, setting, field, message] of SWITCHES) {
    const value = pick(body, group, setting, field);
    if (value !== undefined && value !== null && typeof value !== 'boolean') {
      problems.add(`${group}.${setting}.${field}`, message);
    }
  }
  return pick(body, 'mail_settings', 'sandbox_mode', 'enable') === true;
}

function pick(body: Record<string, unknown>, ...path: string[]): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), body);
}
