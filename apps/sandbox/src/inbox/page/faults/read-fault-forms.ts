import { type FaultSettings, NO_FAULTS, readFaultSettings } from '../../../faults/fault-rates.js';
import type { NewFaultRule } from '../../../faults/rules/fault-rule.js';
import { FAULT_FIELDS, readFaultRule } from '../../../faults/rules/read-fault-rule.js';

/** A form as it was sent. */
export type Form = Readonly<Record<string, unknown>>;

/**
 * Reads the form with the rates, which are in percent.
 *
 * @throws InvalidRequest that names every wrong field
 */
export function readRatesForm(form: Form, seed: number): FaultSettings {
  const given = Object.entries(form).filter(([, value]) => value !== '');
  const body = given.map(([name, value]) => [
    name,
    Object.hasOwn(NO_FAULTS, name) ? fraction(value) : numberOf(value),
  ]);
  return readFaultSettings(Object.fromEntries(body), seed);
}

/**
 * Reads the form for a new rule. Fields that its fault does not have are left out: the form shows them all.
 *
 * @throws InvalidRequest that names every wrong field
 */
export function readRuleForm(form: Form): NewFaultRule {
  const { to, from, subject, argument, fault, percent, times } = form;
  const own = Object.entries(FAULT_FIELDS).find(([kind]) => kind === fault)?.[1] ?? [];
  const measures: Record<string, unknown> = {};
  for (const name of own) measures[name] = numberOf(form[name]);
  return readFaultRule(
    given({
      match: given({ to, from, subject, customArg: argumentOf(argument) }),
      fault,
      probability: isEmpty(percent) ? 1 : fraction(percent),
      times: numberOf(times),
      ...given(measures),
    }),
  );
}

const isEmpty = (value: unknown): boolean => value === undefined || value === '';

/** Without the fields that were left empty. */
const given = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)));

/** What is not a number stays what it is, to be complained of. */
function numberOf(value: unknown): unknown {
  if (typeof value !== 'string' || isEmpty(value)) return value;
  const number = Number(value);
  return Number.isNaN(number) ? value : number;
}

function fraction(value: unknown): unknown {
  const number = numberOf(value);
  return typeof number === 'number' ? Number((number / 100).toFixed(8)) : number;
}

/** `name=pattern` as the match of a custom argument. */
function argumentOf(value: unknown): unknown {
  if (typeof value !== 'string' || value === '') return undefined;
  const at = value.indexOf('=');
  return at === -1 ? { [value]: '*' } : { [value.slice(0, at)]: value.slice(at + 1) };
}
