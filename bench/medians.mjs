/**
 * What several readings of the same thing say together.
 *
 * @module
 */

export function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** Median, lowest and highest. */
export function spread(values) {
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
}
