/**
 * How readings are written, by their unit.
 *
 * @module
 */

export const UNITS = {
  "ms": (value) => `${value < 1 ? value.toFixed(3) : value.toFixed(1)} ms`,
  "ns": (value) => `${Math.round(value)} ns`,
  "bytes": (value) => `${(value / 2 ** 20).toFixed(1)} MiB`,
  "per second": (value) =>
    value < 1e4
      ? `${Math.round(value)} /s`
      : value < 1e6
      ? `${Math.round(value / 1e3)} k/s`
      : `${(value / 1e6).toFixed(1)} M/s`,
  "count": String,
};
