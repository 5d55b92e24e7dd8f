/** Functions that children run: pure, one line each. */

export function square(n: number): number {
  return n * n;
}

export function add(a: number, b: number, options?: { plus?: number }): number {
  return a + b + (options?.plus ?? 0);
}

export function identity<T>(value: T): T {
  return value;
}
