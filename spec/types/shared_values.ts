/** What a typecode says of what a value holds, here and with a manager. */
import { type Manager, type Scalar, SharedArray, type Typecode, Value } from "../../mod.ts";
import { is } from "./targets.ts";

declare const manager: Manager;
declare const code: Typecode;
declare function takes(one: Value, two: Value<bigint>, three: Value<Scalar>, four: SharedArray<bigint>): void;

is<Promise<number>>()(new Value("i").get());
is<Promise<number>>()(new Value("d", 0.5).get());
is<Promise<bigint>>()(new Value("q").get());
is<Promise<bigint>>()(new Value("Q", 0n).get());
is<Promise<boolean>>()(new Value("?", true).get());
is<Promise<bigint>>()(new Value<bigint>("q").get());
is<Promise<number>>()(new Value("i" as "i" | "d", 1).get());
is<Promise<bigint[]>>()(new SharedArray("q", [1n]).slice());
is<Promise<bigint[]>>()(new SharedArray("q", 4).slice());
is<Promise<boolean>>()(new SharedArray("?", [true]).get(0));
is<Promise<number>>()(new SharedArray("i", new Set([1])).get(0));
is<Promise<bigint>>()(manager.Value("q", 0n).get());
is<Promise<boolean>>()(manager.Array("?", 2).get(0));
new Value<Scalar>(code, 5);
takes(new Value("i"), new Value("q"), new Value("?"), new SharedArray("q", 3));

export const counters: Value[] = [1, 2].map((n) => new Value("i", n));

export async function put<T extends Scalar>(value: Value<T>, given: T): Promise<void> {
  await value.set(given);
}
put(new Value("q"), 5n);
put<number>(new Value("i"), 5);

// @ts-expect-error Argument of type '"x"' is not assignable to parameter of type
new Value("x");
// @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'number'.
new Value("i", "a");
// @ts-expect-error Argument of type 'bigint' is not assignable to parameter of type 'number'.
new Value("i", 0n);
// @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'bigint'.
new Value("q", 5);
// @ts-expect-error Argument of type '"i"' is not assignable to parameter of type '"q" | "Q"'.
new Value<bigint>("i");
// @ts-expect-error Argument of type '1' is not assignable to parameter of type 'boolean | undefined'.
new Value("?", 1);
// @ts-expect-error Type 'number' is not assignable to type 'bigint'.
new SharedArray("q", [1]);
// @ts-expect-error Type 'string' is not assignable to type 'number'.
new SharedArray("i", ["a"]);
// @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'bigint'.
manager.Value("q", 5);
// @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'bigint'.
new Value("q").set(5);
