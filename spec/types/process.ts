/** What a `Process` and its subclasses can be made with. */
import { Process, type ProcessOptions } from "../../mod.ts";
import * as of from "./targets.ts";
import { add, greet, withOptions, withScale } from "./targets.ts";

export const processes: Process[] = [
  new Process(),
  new Process({ name: "x" }),
  new Process({ target: of.none }),
  new Process({ target: greet, args: ["Ada"], daemon: true, signal: AbortSignal.abort() }),
  new Process({ target: of.optional, args: ["a"] }),
  new Process({ target: of.allOptional }),
  new Process({ target: of.byDefault, args: ["a"] }),
  new Process({ target: of.rest }),
  new Process({ target: of.firstAndRest, args: ["a", 1, 2] }),
  new Process({ target: of.identity, args: [5] }),
  new Process({ target: of.bounded, args: ["abc"] }),
  new Process({ target: of.pair, args: [1, [2]] }),
  new Process({ target: of.overloaded, args: [1, 2] }),
  new Process({ target: of.withThis, args: [1] }),
  new Process({ target: of.thisVoid, args: [1] }),
  new Process({ target: of.later, args: [1] }),
  new Process({ target: of.literals, args: ["a", 1] }),
  new Process({ target: of.tuples, args: [[1, 2], ["a"]] }),
  new Process({ target: of.readonlyRest, args: [1, "a"] }),
  new Process({ target: of.shipped, args: [1, 2] }),
  new Process({ target: of.registered, args: [1] }),
  new Process({ target: of.several.shout, args: ["a"] }),
  new Process({ target: of.target }),
  new Process({ target: of.target, args: [1] }),
  new Process({ target: of.anything, args: of.anythings }),
  new Process({ target: of.anything }),
  new Process({ target: add, args: of.anything }),
  new Process({ target: add, args: of.nothing }),
  new Process({ target: of.whatever, args: of.unknowns }),
  new Process({ target: (...items: unknown[]) => void items, args: [1], kwargs: { b: 2 } }),
  new Process({ target: withOptions, args: [1, 2], kwargs: { plus: 3 } }),
  new Process({ target: withOptions, args: [1, 2, { plus: 3 }] }),
  new Process({ target: withScale, args: ["a"], kwargs: { scale: 1 } }),
  new Process({ target: withScale, args: ["a"], kwargs: of.anything }),
  new Process({ target: of.withKind, kwargs: { kind: "x", n: 1 } }),
  new Process({ target: of.unknownLast, args: ["a"], kwargs: { z: 1 } }),
];

// @ts-expect-error Property 'args' is missing in type
new Process({ target: add });
// @ts-expect-error Source has 1 element(s) but target requires 2.
new Process({ target: add, args: [1] });
// @ts-expect-error Type 'string' is not assignable to type 'number'.
new Process({ target: add, args: [1, "x"] });
// @ts-expect-error Source has 3 element(s) but target allows only 2.
new Process({ target: add, args: [1, 2, 3] });
// @ts-expect-error Type 'string' is not assignable to type '[name: string]'.
new Process({ target: greet, args: "Ada" });
// @ts-expect-error 'nam' does not exist in type 'ProcessOptionsFor<[name: string], unknown>'. Did you mean to write 'name'?
new Process({ target: greet, args: ["Ada"], nam: "x" });
// @ts-expect-error Type '{ a: number; }' is not assignable to type 'undefined'.
new Process({ target: greet, args: ["Ada"], kwargs: { a: 1 } });
// @ts-expect-error Property 'args' is missing in type
new Process({ target: withScale });
// @ts-expect-error Source has 1 element(s) but target requires 2.
new Process({ target: withScale, args: ["a"] });
// @ts-expect-error Type 'number' is not assignable to type 'never'.
new Process({ target: withScale, args: ["a"], kwargs: { scal: 1 } });
// @ts-expect-error Type 'string' is not assignable to type 'number'.
new Process({ target: withScale, args: ["a"], kwargs: { scale: "1" } });
// @ts-expect-error Source has 1 element(s) but target requires 2.
new Process({ target: withOptions, args: [1], kwargs: { plus: 1 } });
// @ts-expect-error Property 'args' is missing in type
new Process({ target: of.shipped });
// @ts-expect-error Type 'string' is not assignable to type 'number'.
new Process({ target: of.registered, args: ["a"] });
// @ts-expect-error Property 'args' is missing in type
new Process({ target: of.later, name: "x" });

/** A subclass passes on what it likes. */
export class Named extends Process {
  constructor(readonly greeting: string, name?: string) {
    super({ stdout: "piped", ...name === undefined ? {} : { name } });
  }

  override async run(): Promise<void> {
    await super.run();
  }
}

export class Plain extends Process {}
new Plain({ target: add, args: [1, 2], kwargs: { plus: 3 } });

export class Adding extends Process<[number, number]> {
  constructor(n: number) {
    super({ target: add, args: [n, 2] });
  }
}

export class Misadding extends Process<[number, number]> {
  constructor(n: number) {
    // @ts-expect-error Type 'string' is not assignable to type 'number'.
    super({ target: add, args: [n, "2"] });
  }
}

/** Options that are made elsewhere. */
const options = { target: add, args: [1, 2] as [number, number], name: "x" };
new Process(options);
new Process({ ...options, daemon: true });

export function make(options: ProcessOptions): Process {
  return new Process(options);
}

export function start<A extends unknown[]>(target: (...args: A) => void, ...args: A): Process {
  return new Process({ target, args }).start();
}
