/** Functions that children run: each fails in a way of its own. */
export class Overdrawn extends RangeError {
  override name = "Overdrawn";
  balance = -3;
}

class NamedByClass extends Error {}

export function throwTypeError(): never {
  throw new TypeError("wrong kind");
}

export function throwWithProperties(): never {
  throw Object.assign(new Error("no such file"), { code: "ENOENT", where: { path: "/x", tries: [1, 2] } });
}

export function throwWithCause(): never {
  throw new Error("outer", { cause: new RangeError("inner", { cause: { reason: 7 } }) });
}

export function throwCyclicCause(): never {
  const error = new Error("round");
  error.cause = error;
  throw error;
}

export function throwAggregate(): never {
  throw new AggregateError([new TypeError("first"), "second"], "both");
}

export function throwSubclass(): never {
  throw new Overdrawn("overdrawn");
}

export function throwClassWithoutName(): never {
  throw new NamedByClass("by class");
}

export function throwNull(): never {
  throw null;
}

export function throwText(): never {
  throw "just text";
}

export function throwUndefined(): never {
  throw undefined;
}

export function throwFunction(): never {
  throw function thrown() {};
}

export function throwGetter(): never {
  throw {
    get inside(): never {
      throw new Error("read");
    },
  };
}

export function throwErrorWithGetter(): never {
  throw Object.defineProperties(new TypeError("guarded"), {
    inside: {
      enumerable: true,
      get() {
        throw new Error("read");
      },
    },
    fn: { enumerable: true, value: () => 1 },
    code: { enumerable: true, value: "KEPT" },
  });
}

export async function rejectLater(): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  throw new RangeError("later");
}

/** Leaves a rejection behind that nobody handles. */
export async function leaveRejection(): Promise<void> {
  void Promise.reject(new Error("left behind"));
  await new Promise((resolve) => setTimeout(resolve, 200));
}

export function failBelow(limit: number, n: number): number {
  if (n < limit) throw new RangeError(`${n} is below ${limit}`);
  return n;
}

/** Fails for numbers that divide by 10, else the square. */
export function squareUnlessTens(n: number): number {
  if (n % 10 === 0) throw new RangeError(`not ${n}`);
  return n * n;
}

export function identityOrFunction(n: number): unknown {
  return n === 2 ? () => n : n;
}
