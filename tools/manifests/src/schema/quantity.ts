const factors: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const syntax = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)?|[eE]([+-]?\d+))$/;

/** The number behind `250m` or `512Mi`; NaN where it is no quantity (Kubernetes API, "Quantity"). */
export function quantity(text: unknown): number {
  const match = syntax.exec(String(text));
  if (!match) return NaN;
  const [, digits, suffix = '', exponent = '0'] = match;
  return Number(digits) * (factors[suffix] ?? NaN) * 10 ** Number(exponent);
}
