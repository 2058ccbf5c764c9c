import type { SendFault, SendFaultKind } from '../send-fault.js';

/** Which mail a rule is for: all parts that are given must fit one copy of it. Each is a pattern with `*`. */
export interface RuleMatch {
  /** The recipient's address, be it in `to`, `cc` or `bcc`. */
  to?: string;
  from?: string;
  subject?: string;
  /** Custom arguments by name. */
  customArg?: Record<string, string>;
}

/** A rule as `POST /faults/rules` sets it. */
export interface NewFaultRule {
  match: RuleMatch;
  fault: SendFault;
  /** Of a mail that fits, from above 0 to 1. */
  probability: number;
  /** After so many hits the rule is spent; null for never. */
  times: number | null;
}

/** A rule as the API shows it. */
export interface DescribedRule extends Omit<NewFaultRule, 'fault'> {
  id: string;
  fault: SendFaultKind;
  delayMs?: number;
  resetSeconds?: number;
  status?: number;
  body?: unknown;
  /** Calls that fitted, and calls that it broke. */
  matched: number;
  hits: number;
  /** True when it has hit as often as it was to; it then does nothing any more. */
  spent: boolean;
}
