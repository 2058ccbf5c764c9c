import { InvalidRequest, type InvalidValue } from '../../api/invalid-request.js';
import { isObject } from '../../api/is-object.js';
import { LARGEST_MEASURES, USUAL_MEASURES } from '../fault-rates.js';
import { LONGEST_DELAY_MS, type SendFault, type SendFaultKind } from '../send-fault.js';
import type { NewFaultRule } from './fault-rule.js';
import { readRuleMatch } from './read-rule-match.js';

const MOST_TIMES = 1_000_000;
const LARGEST_BODY = 64 * 1024;

/** The fields that only some faults have, by fault. */
export const FAULT_FIELDS: Readonly<Record<SendFaultKind, readonly string[]>> = {
  'rate-limited': ['resetSeconds'],
  'server-error': [],
  'timeout-before-accept': ['delayMs'],
  'timeout-after-accept': ['delayMs'],
  slow: ['delayMs'],
  'reset-before-accept': [],
  'reset-after-accept': [],
  status: ['status', 'body'],
};
const KINDS = Object.keys(FAULT_FIELDS) as SendFaultKind[];
const COMMON_FIELDS = ['match', 'fault', 'probability', 'times'];

/**
 * Reads the body of `POST /faults/rules`.
 *
 * @throws InvalidRequest that names every wrong field, unknown ones included
 */
export function readFaultRule(body: unknown): NewFaultRule {
  if (!isObject(body)) throw new InvalidRequest([{ path: '', message: 'must be a JSON object' }]);
  const errors: InvalidValue[] = [];
  const wrong = (path: string, message: string): void => void errors.push({ path, message });
  const kind = KINDS.find((name) => name === body['fault']);
  if (!kind) wrong('fault', `must be one of ${KINDS.join(', ')}`);
  refuseOthers(body, kind, wrong);
  const { probability = 1, times = null } = body;
  if (!(typeof probability === 'number' && probability > 0 && probability <= 1))
    wrong('probability', 'must be a number above 0, up to 1');
  if (times !== null && !isWhole(times, 1, MOST_TIMES))
    wrong('times', `must be a whole number from 1 to ${MOST_TIMES}`);
  const match = readRuleMatch(body['match'], wrong);
  const fault = kind && readFault(kind, body, wrong);
  if (errors.length > 0 || !fault) throw new InvalidRequest(errors);
  return { match, fault, probability: probability as number, times: times as number | null };
}

type Wrong = (path: string, message: string) => void;

function refuseOthers(body: Record<string, unknown>, kind: SendFaultKind | undefined, wrong: Wrong): void {
  const own = kind ? FAULT_FIELDS[kind] : Object.values(FAULT_FIELDS).flat();
  for (const name of Object.keys(body)) {
    if (COMMON_FIELDS.includes(name) || own.includes(name)) continue;
    const owners = KINDS.filter((other) => FAULT_FIELDS[other].includes(name));
    if (owners.length > 0) wrong(name, `is only for ${owners.join(', ')}`);
    else wrong(name, 'is not known here');
  }
}

function readFault(kind: SendFaultKind, body: Record<string, unknown>, wrong: Wrong): SendFault {
  switch (kind) {
    case 'rate-limited': {
      const largest = LARGEST_MEASURES.resetSeconds;
      return {
        kind,
        resetSeconds: readWhole(body, 'resetSeconds', USUAL_MEASURES.resetSeconds, largest, wrong),
      };
    }
    case 'slow':
      return { kind, delayMs: readWhole(body, 'delayMs', USUAL_MEASURES.slowMs, LONGEST_DELAY_MS, wrong) };
    case 'timeout-before-accept':
    case 'timeout-after-accept':
      return { kind, delayMs: readWhole(body, 'delayMs', LONGEST_DELAY_MS, LONGEST_DELAY_MS, wrong) };
    case 'status':
      return readStatus(body, wrong);
    default:
      return { kind };
  }
}

function readWhole(
  body: Record<string, unknown>,
  name: string,
  missing: number,
  largest: number,
  wrong: Wrong,
): number {
  const value = body[name] ?? missing;
  if (isWhole(value, 0, largest)) return value;
  wrong(name, `must be a whole number from 0 to ${largest}`);
  return missing;
}

function readStatus({ status, body }: Record<string, unknown>, wrong: Wrong): SendFault {
  const isError = isWhole(status, 400, 599);
  if (!isError) wrong('status', 'must be a status from 400 to 599');
  if (body !== undefined && Buffer.byteLength(JSON.stringify(body)) > LARGEST_BODY)
    wrong('body', `may have ${LARGEST_BODY / 1024} KB at most`);
  return { kind: 'status', status: isError ? status : 500, ...(body === undefined ? {} : { body }) };
}

function isWhole(value: unknown, smallest: number, largest: number): value is number {
  return Number.isInteger(value) && (value as number) >= smallest && (value as number) <= largest;
}
