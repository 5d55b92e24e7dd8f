/**
 * Items of every kind that is measured, by their number.
 *
 * @module
 */

export const PAYLOADS: Readonly<Record<string, (n: number) => unknown>> = {
  numbers: (n) => n,
  strings: (n) => `item ${n}`,
  objects: (n) => ({ id: n, name: `item ${n}` }),
  nested: (n) => ({ id: n, at: { x: n, y: [n, n + 1] }, tags: ["a", "b"] }),
  bytes: (n) => Uint8Array.of(n, n >> 8, n >> 16),
  bigints: (n) => BigInt(n) * 10n ** 10n,
  dates: (n) => new Date(n * 1_000),
  mixed: (n) => n % 3 === 0 ? { id: n, more: undefined } : n % 3 === 1 ? n : `item ${n}`,
};

/** So many items of a kind. */
export function payloads(kind: string, count: number): unknown[] {
  return Array.from({ length: count }, (_, n) => PAYLOADS[kind]!(n));
}
