import { defaultOperators, type Context, type Operators } from 'liquidjs';
import { PRICES } from '../limits.js';
import { sizeOf } from './charge.js';

type Binary = (left: unknown, right: unknown, context: Context) => ReturnType<Operators[string]>;

/** LiquidJS's operators, paid for: comparing two lists looks at all of both. */
export const chargedOperators: Operators = Object.fromEntries(
  Object.entries(defaultOperators).map(([name, operator]) => {
    // `not` is the one operator with a single operand; it only looks whether there is a value.
    if (name === 'not') return [name, operator];
    const charged: Binary = (left, right, context) => {
      context.memoryLimit.use(PRICES.call + sizeOf(left));
      return (operator as Binary)(left, right, context);
    };
    return [name, charged];
  }),
);
