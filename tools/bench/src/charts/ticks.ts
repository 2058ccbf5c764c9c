/**
 * Round numbers (1, 2 or 5 with zeros) from 0 to at least `max`, about as many as asked for.
 * @param finest No step is smaller.
 * @returns just 0 and 1 where there is nothing to divide
 */
export function linearTicks(max: number, about: number, finest = 0): number[] {
  if (!(max > 0)) return [0, 1];
  const rough = max / about;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const round = magnitude * ([1, 2, 5].find((factor) => factor * magnitude >= rough * 0.999) ?? 10);
  const step = Math.max(round, finest);
  const count = Math.ceil(max / step - 1e-9);
  // Multiplied, not added up: 0.1 + 0.2 is not 0.3.
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/**
 * 1, 2 and 5 of every magnitude that is needed to have all of `min` to `max` between the first and the last; the
 * magnitudes alone where these are many.
 */
export function logTicks(min: number, max: number): number[] {
  const [from, to] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))];
  const factors = to - from > 3 ? [1] : [1, 2, 5];
  const all: number[] = [];
  for (let exponent = from; exponent <= to; exponent++)
    all.push(...factors.map((factor) => Number((factor * 10 ** exponent).toPrecision(3))));
  const first = all.findLastIndex((tick) => tick <= min * 1.001);
  const last = all.findIndex((tick) => tick >= max * 0.999);
  return all.slice(Math.max(first, 0), Math.max(last, first + 1) + 1);
}
