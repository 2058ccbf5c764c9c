import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { LOGGER, Metrics, Readiness } from '@qflow/service';
import type { Logger } from 'pino';
import type { TemplatesConfig } from '../config.js';
import { Blocklist } from './blocklist/blocklist.js';
import { RuleScanner } from './rules/rule-scanner.js';
import { TemplateSafety } from './template-safety.js';
import { WebRiskScanner } from './web-risk/web-risk-scanner.js';

/** The URL safety scan with what it asks: rules, blocklists and, where there is a key, Google Web Risk. */
@Module({})
export class SafetyModule implements OnApplicationShutdown {
  constructor(
    @Inject(Blocklist) private readonly blocklist: Blocklist,
    @Inject(WebRiskScanner) private readonly webRisk: WebRiskScanner | null,
  ) {}

  static register(config: TemplatesConfig): DynamicModule {
    return {
      module: SafetyModule,
      providers: [blocklistOf(config), webRiskOf(config), safety],
      exports: [TemplateSafety],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.blocklist.stop();
    await this.webRisk?.close();
  }
}

const blocklistOf = (config: TemplatesConfig): Provider => ({
  provide: Blocklist,
  inject: [LOGGER, Metrics, Readiness],
  useFactory: async (logger: Logger, metrics: Metrics, readiness: Readiness): Promise<Blocklist> => {
    const files = config.URL_BLOCKLIST_FILES;
    const blocklist = new Blocklist({ files, checkMs: config.URL_BLOCKLIST_CHECK_S * 1_000, logger });
    metrics.gauge('qflow_url_blocklist_entries', 'Hosts and URLs on the blocklists.', () => blocklist.size);
    metrics.gauge(
      'qflow_url_blocklist_broken_files',
      'Blocklists that cannot be read as they are now.',
      () => blocklist.brokenFiles,
    );
    await blocklist.start();
    if (files.length > 0) readiness.require('url-blocklist', () => blocklist.requireLoaded());
    return blocklist;
  },
});

const webRiskOf = (config: TemplatesConfig): Provider => ({
  provide: WebRiskScanner,
  inject: [LOGGER, Metrics],
  useFactory: (logger: Logger, metrics: Metrics): WebRiskScanner | null => {
    const apiKey = config.WEB_RISK_API_KEY;
    if (apiKey === undefined) return null;
    const looked = metrics.counter(
      'qflow_web_risk_urls_total',
      'URLs Web Risk was asked about, by what came of it.',
      ['outcome'],
    );
    return new WebRiskScanner({
      baseUrl: config.WEB_RISK_URL,
      apiKey,
      timeoutMs: config.WEB_RISK_TIMEOUT_MS,
      onFailure: config.WEB_RISK_ON_FAILURE,
      logger,
      count: (outcome) => looked.inc({ outcome }),
    });
  },
});

const safety: Provider = {
  provide: TemplateSafety,
  inject: [Blocklist, WebRiskScanner, LOGGER, Metrics],
  useFactory: (
    blocklist: Blocklist,
    webRisk: WebRiskScanner | null,
    logger: Logger,
    metrics: Metrics,
  ): TemplateSafety => {
    const refused = metrics.counter('qflow_templates_unsafe_total', 'Templates refused for unsafe URLs.');
    return new TemplateSafety([new RuleScanner(), blocklist, ...(webRisk ? [webRisk] : [])], (urls) => {
      refused.inc();
      logger.info({ unsafe: urls.length, first: urls[0] }, 'template refused for unsafe URLs');
    });
  },
};
