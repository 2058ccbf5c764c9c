/**
 * Announcements that something cached elsewhere has changed. They go over core NATS and may be lost: every cache
 * that listens also forgets by age, so a lost one heals within seconds.
 */
export const changeSubjects = {
  /** Body: {@link TemplateChanged}. */
  template: 'comms.change.template',
  /** Body: {@link SubscriptionsChanged}. */
  subscriptions: 'comms.change.subscriptions',
} as const;

export interface TemplateChanged {
  accountId: string;
  templateId: string;
}

export interface SubscriptionsChanged {
  accountId: string;
}
