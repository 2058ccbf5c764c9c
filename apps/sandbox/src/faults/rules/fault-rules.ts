import { ConflictException, NotFoundException } from '@nestjs/common';
import { Chance } from '../chance.js';
import type { SendFault } from '../send-fault.js';
import type { DescribedRule, NewFaultRule } from './fault-rule.js';
import { copiesOf, fits } from './mail-facts.js';

/** Every call is held against every rule. */
const MOST_RULES = 100;
/** The streams of chance below are those of the rates. */
const FIRST_STREAM = 1_000;

interface KeptRule extends NewFaultRule {
  id: string;
  chance: Chance;
  matched: number;
  hits: number;
}

/** The faults that are set for certain mail, in the order in which they were set. */
export class FaultRules {
  private readonly rules = new Map<string, KeptRule>();
  private count = 0;

  /** @throws ConflictException when there are as many as there may be */
  add(rule: NewFaultRule, seed: number): DescribedRule {
    if (this.rules.size >= MOST_RULES)
      throw new ConflictException(
        `There are ${MOST_RULES} rules already. Delete those that you are done with.`,
      );
    this.count += 1;
    const chance = new Chance(seed, FIRST_STREAM + this.count);
    const kept: KeptRule = { ...rule, id: `r${this.count}`, chance, matched: 0, hits: 0 };
    this.rules.set(kept.id, kept);
    return describe(kept);
  }

  list(): DescribedRule[] {
    return [...this.rules.values()].map(describe);
  }

  /** @throws NotFoundException */
  get(id: string): DescribedRule {
    return describe(this.require(id));
  }

  /** @throws NotFoundException */
  delete(id: string): void {
    this.rules.delete(this.require(id).id);
  }

  /** Deletes them all; ids start from the beginning. */
  clear(): void {
    this.rules.clear();
    this.count = 0;
  }

  /** Starts the random sequences of this seed anew. */
  restart(seed: number): void {
    for (const { chance } of this.rules.values()) chance.restart(seed);
  }

  /**
   * What the rules do to a call: the first one that fits, is not spent and whose chance comes true decides, and
   * those after it are not asked.
   *
   * @param body of the call, whatever it is
   */
  strike(body: unknown): SendFault | null {
    if (this.rules.size === 0) return null;
    const copies = copiesOf(body);
    for (const rule of this.rules.values()) {
      if (isSpent(rule) || !copies.some((copy) => fits(rule.match, copy))) continue;
      rule.matched += 1;
      if (!rule.chance.happens(rule.probability)) continue;
      rule.hits += 1;
      return rule.fault;
    }
    return null;
  }

  private require(id: string): KeptRule {
    const rule = this.rules.get(id);
    if (!rule) throw new NotFoundException('There is no such rule.');
    return rule;
  }
}

const isSpent = ({ times, hits }: KeptRule): boolean => times !== null && hits >= times;

function describe(rule: KeptRule): DescribedRule {
  const { id, match, probability, times, matched, hits } = rule;
  const { kind: fault, ...measures } = rule.fault;
  return { id, match, fault, ...measures, probability, times, matched, hits, spent: isSpent(rule) };
}
