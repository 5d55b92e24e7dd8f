/** Values of every sort that can cross. */
const loop: { self?: unknown } = {};
loop.self = loop;

export const samples: Record<string, unknown> = {
  undefined: undefined,
  null: null,
  booleans: [true, false],
  numbers: [0, -0, 1.5, NaN, Infinity, -Infinity, Number.MAX_SAFE_INTEGER],
  bigints: [0n, -(2n ** 80n)],
  strings: ["", "déjà vu", "\ud800", "\u0000", "x".repeat(200_000)],
  holes: [1, , 3], // deno-lint-ignore no-sparse-arrays
  object: { a: 1, "a b": { c: [undefined] }, d: null },
  map: new Map<unknown, unknown>([["a", 1], [{ k: 1 }, new Set([1, "b"])]]),
  date: new Date(86_400_000),
  pattern: /a+b/gi,
  url: new URL("https://example.com/a?b=c"),
  bytes: Uint8Array.from([1, 2, 3]),
  floats: Float64Array.from({ length: 10_000 }, (_, n) => n / 3),
  buffer: new ArrayBuffer(16),
  error: new RangeError("out of range", { cause: new TypeError("cause") }),
  loop,
};
