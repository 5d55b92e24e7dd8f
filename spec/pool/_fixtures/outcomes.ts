/** Gives its number, fails, or gives what cannot be sent. */
export function outcomeOf({ n, how }: { n: number; how: string }): unknown {
  if (how === "throw") throw new RangeError(`item ${n}`);
  return how === "unsendable" ? () => n : n;
}
