/** The least and the largest value of each typecode that has such: of numbers, and of bigints. */
export const NUMBER_RANGES: Readonly<Record<string, readonly [number, number]>> = {
  b: [-128, 127],
  B: [0, 255],
  h: [-32_768, 32_767],
  H: [0, 65_535],
  i: [-(2 ** 31), 2 ** 31 - 1],
  I: [0, 2 ** 32 - 1],
  l: [-(2 ** 53) + 1, 2 ** 53 - 1],
  L: [0, 2 ** 53 - 1],
};

export const BIGINT_RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  q: [-(2n ** 63n), 2n ** 63n - 1n],
  Q: [0n, 2n ** 64n - 1n],
};
