export function memo(fn: (n: number) => string): (n: number) => string {
  const known = new Map<number, string>();
  return (n) => {
    if (!known.has(n)) known.set(n, fn(n));
    return known.get(n)!;
  };
}

export const memoized = memo((n) => `memoized ${n}`);
export const other = memo((n) => `other ${n}`);

export function once(fn: (n: number) => string): (n: number) => string {
  return (n) => fn(n);
}
