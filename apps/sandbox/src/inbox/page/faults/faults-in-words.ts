import { type FaultRates, type FaultSettings, NO_FAULTS } from '../../../faults/fault-rates.js';
import type { DescribedRule } from '../../../faults/rules/fault-rule.js';

/** A probability as people say it: 0.05 is `5 %`. */
export const percent = (rate: number): string => `${percentNumber(rate)} %`;

/** Without the noise of binary fractions: 0.07 is 7 and not 7.000000000000001. */
export const percentNumber = (rate: number): number => Number((rate * 100).toFixed(6));

const RATES = Object.keys(NO_FAULTS) as (keyof FaultRates)[];

/** The faults that are switched on, in words. */
export function faultsInWords(settings: FaultSettings, rules: readonly DescribedRule[]): string[] {
  const words = RATES.filter((name) => settings[name] > 0).map(
    (name) => `${name} ${percent(settings[name])}`,
  );
  const atWork = rules.filter(({ spent }) => !spent).length;
  if (atWork > 0) words.push(atWork === 1 ? '1 rule' : `${atWork} rules`);
  return words;
}
