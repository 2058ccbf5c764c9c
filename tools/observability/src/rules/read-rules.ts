import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';

/** An alert as Prometheus knows it. */
export interface Alert {
  alert: string;
  expr: string;
  for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** A figure that Prometheus computes ahead. */
export interface Recording {
  record: string;
  expr: string;
}

export type Rule = Alert | Recording;

export interface RuleGroup {
  name: string;
  rules: Rule[];
}

interface PrometheusRule {
  kind: string;
  spec: { groups: RuleGroup[] };
}

export const isAlert = (rule: Rule): rule is Alert => 'alert' in rule;

/** The groups of every PrometheusRule in a folder. */
export async function readRuleGroups(folder: string): Promise<RuleGroup[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort();
  const groups = await Promise.all(
    files.map(async (file) => {
      const rule = parse(await readFile(path.join(folder, file), 'utf8')) as PrometheusRule;
      if (rule.kind !== 'PrometheusRule') throw new Error(`${file} is no PrometheusRule`);
      return rule.spec.groups;
    }),
  );
  return groups.flat();
}
