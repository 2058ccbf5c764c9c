import { toValue, type Comparable, type ComparableResult } from 'liquidjs';

/** The `equals` of LiquidJS's own `blank`, `empty` and `nil`. */
function ownEquals(other: unknown): ((value: unknown) => ComparableResult) | undefined {
  if (other instanceof TextLike || typeof other !== 'object' || other === null) return undefined;
  const equals = (other as Partial<Comparable>).equals;
  return typeof equals === 'function' ? equals.bind(other) : undefined;
}

/**
 * A value that prints as text and is more than text. Templates see it as its text: filters, `contains`, `==`
 * and the other comparisons work on that.
 *
 * It is no LiquidJS `Drop`, although that is what custom values usually are: a template can reach everything of
 * a Drop, its constructor included, and of other objects only their own properties, of which this has none.
 */
export abstract class TextLike implements Comparable {
  abstract toString(): string;

  /** For `.size`. */
  get size(): number {
    return this.toString().length;
  }

  /** For `contains`. */
  indexOf(part: unknown): number {
    return this.toString().indexOf(String(part));
  }

  equals(other: unknown): ComparableResult {
    const equals = ownEquals(other);
    return equals ? equals(this.toString()) : this.toString() === String(toValue(other));
  }

  gt(other: unknown): boolean {
    return this.toString() > String(toValue(other));
  }

  geq(other: unknown): boolean {
    return this.toString() >= String(toValue(other));
  }

  lt(other: unknown): boolean {
    return this.toString() < String(toValue(other));
  }

  leq(other: unknown): boolean {
    return this.toString() <= String(toValue(other));
  }
}
