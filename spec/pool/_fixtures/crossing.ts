/** Functions that children run: they give what can or cannot cross. */

export function giveFunction(): unknown {
  return () => 1;
}

export function giveNestedSymbol(): unknown {
  return { list: [0, { inner: Symbol("s") }] };
}

export function giveGenerator(): Generator<number> {
  return (function* () {
    yield 1;
  })();
}

export function giveGetter(): unknown {
  return {
    get inside(): never {
      throw new Error("read");
    },
  };
}

/** Names what has arrived. */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value);
}

export function lengthOf(value: { length: number }): number {
  return value.length;
}

export function bytes(size: number): Uint8Array {
  return new Uint8Array(size).fill(7);
}

/** Whether a worker's global prototypes are as they were born. */
export function isPolluted(): boolean {
  return "polluted" in {};
}
