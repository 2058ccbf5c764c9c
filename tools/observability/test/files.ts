import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readRuleGroups, type Dashboard, type RuleGroup } from '../src/index.js';

const root = path.resolve(import.meta.dirname, '../../..');
const component = path.join(root, 'k8s/components/monitoring');

/** What the component ships. */
export const ruleGroups = (): Promise<RuleGroup[]> => readRuleGroups(path.join(component, 'rules'));

export const dashboard = async (): Promise<Dashboard> =>
  JSON.parse(await readFile(path.join(component, 'dashboard.json'), 'utf8')) as Dashboard;

export const operationsPage = (): Promise<string> => readFile(path.join(root, 'docs/operations.md'), 'utf8');

/** A file of the component, as text. */
export const componentFile = (name: string): Promise<string> => readFile(path.join(component, name), 'utf8');
