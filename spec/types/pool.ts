/** What a `Pool` can be made with, what its methods take, and what they give. */
import { type AsyncResult, Pool, type PoolOptions } from "../../mod.ts";
import * as of from "./targets.ts";
import { add, double, greet, is, pool, withOptions, withScale } from "./targets.ts";

// --- the constructor ---

export const pools: Pool[] = [
  new Pool(),
  new Pool(2),
  new Pool({ processes: 2 }),
  new Pool(undefined, { taskTimeout: 2 }),
  new Pool(2, { initializer: of.none }),
  new Pool({ initializer: greet, initargs: ["a"] }),
  new Pool(2, { initializer: of.optional, initargs: ["a"] }),
  new Pool({ initializer: of.allOptional }),
  new Pool({ initializer: of.rest, initargs: [1, 2] }),
  new Pool({ initializer: of.identity, initargs: [1] }),
  new Pool({ initializer: of.later, initargs: [1] }),
  new Pool({ initializer: of.shipped, initargs: [1, 2] }),
  new Pool({ initializer: of.registered, initargs: [1] }),
  new Pool({ initializer: of.anything, initargs: of.anythings }),
  new Pool({ initializer: of.target, initargs: [1] }),
];

// @ts-expect-error Property 'initargs' is missing in type
new Pool({ initializer: greet });
// @ts-expect-error Property 'initargs' is missing in type
new Pool(2, { initializer: greet });
// @ts-expect-error Type 'number' is not assignable to type 'string'.
new Pool({ initializer: greet, initargs: [1] });
// @ts-expect-error Type 'string' is not assignable to type 'number'.
new Pool(2, { initializer: double, initargs: ["x"] });
// @ts-expect-error Source has 1 element(s) but target requires 2.
new Pool(2, { initializer: add, initargs: [1] });
// @ts-expect-error 'process' does not exist in type 'PoolOptionsFor<any[]>'. Did you mean to write 'processes'?
new Pool({ process: 2 });
// @ts-expect-error 'taskTimout' does not exist in type 'PoolOptionsFor<any[]>'. Did you mean to write 'taskTimeout'?
new Pool(2, { taskTimout: 2 });

export class Prepared extends Pool {
  constructor() {
    super(2, { initializer: greet, initargs: ["x"] });
  }
}

export function make(options: PoolOptions, processes?: number): Pool[] {
  return [new Pool(options), new Pool(processes, options), new Pool({ ...options, processes: 2 })];
}

// --- apply() and applyAsync() ---

is<Promise<number>>()(pool.apply(add, [1, 2]));
is<Promise<number>>()(pool.apply(withOptions, [1, 2]));
is<Promise<number>>()(pool.apply(withOptions, [1, 2, { plus: 1 }]));
is<Promise<number>>()(pool.apply(withOptions, [1, 2], { kwargs: { plus: 1 }, timeout: 5 }));
is<Promise<number>>()(pool.apply(withScale, ["a"], { kwargs: { scale: 1 } }));
is<Promise<number>>()(pool.apply(withScale, ["a"], { kwargs: of.anything }));
is<Promise<number>>()(pool.apply(of.whatever, [1], { kwargs: { b: 2 } }));
is<Promise<boolean>>()(pool.apply(of.unknownLast, ["a"], { kwargs: { z: 1 } }));
is<Promise<boolean>>()(pool.apply(of.withKind, [], { kwargs: { kind: "x", n: 1 } }));
is<Promise<5>>()(pool.apply(of.none));
is<Promise<5>>()(pool.apply(of.none, [], { timeout: 5 }));
is<Promise<5>>()(pool.apply(of.none, undefined, { timeout: 5 }));
is<Promise<string>>()(pool.apply(of.optional, ["a"]));
is<Promise<string>>()(pool.apply(of.allOptional));
is<Promise<string>>()(pool.apply(of.byDefault, ["a"]));
is<Promise<number>>()(pool.apply(of.rest));
is<Promise<number>>()(pool.apply(of.firstAndRest, ["a", 1]));
is<Promise<unknown>>()(pool.apply(of.identity, [5]));
is<Promise<number>>()(pool.apply(of.identity<number>, [5]));
is<Promise<{ length: number }>>()(pool.apply(of.bounded, ["abc"]));
is<Promise<number>>()(pool.apply(of.overloaded, [1, 2]));
is<Promise<number>>()(pool.apply(of.withThis, [1]));
is<Promise<number>>()(pool.apply(of.thisVoid, [1]));
is<Promise<string>>()(pool.apply(of.later, [1]));
is<Promise<"literal">>()(pool.apply(of.literals, ["a", 1]));
is<Promise<boolean>>()(pool.apply(of.tuples, [[1, 2], ["a"]]));
is<Promise<string>>()(pool.apply(of.readonlyRest, [1, "a"]));
is<Promise<never>>()(pool.apply(of.never));
is<Promise<number>>()(pool.apply(of.shipped, [1, 2]));
is<Promise<number>>()(pool.apply(of.registered, [1]));
is<Promise<string>>()(pool.apply(of.several.shout, ["a"]));
is<Promise<unknown>>()(pool.apply(of.anything, [1]));
is<Promise<unknown>>()(pool.apply(of.target));
is<Promise<string>>()(pool.apply(of.typedTarget, [1]));
is<Promise<number>>()(pool.apply(add, of.anything));
is<Promise<number>>()(pool.apply(add, of.nothing));
is<Promise<number>>()(pool.apply(of.whatever, of.unknowns));
is<AsyncResult<string>>()(pool.applyAsync(of.later, [1], { callback: (text) => text.charAt(0) }));
is<AsyncResult<number>>()(
  pool.applyAsync(withOptions, [1, 2], {
    kwargs: { plus: 1 },
    callback: (n) => n.toFixed(),
    errorCallback: (e) => e.name,
  }),
);
is<AsyncResult<5>>()(pool.applyAsync(of.none));

// @ts-expect-error Expected 2-3 arguments, but got 1.
pool.apply(add);
// @ts-expect-error Source has 1 element(s) but target requires 2.
pool.apply(add, [1]);
// @ts-expect-error Type 'string' is not assignable to type 'number'.
pool.apply(add, [1, "x"]);
// @ts-expect-error Argument of type 'number' is not assignable to parameter of type '[n: number]'.
pool.apply(double, 5);
// @ts-expect-error 'timout' does not exist in type
pool.apply(double, [5], { timout: 1 });
// @ts-expect-error Type '{ a: number; }' is not assignable to type 'undefined'.
pool.apply(double, [5], { kwargs: { a: 1 } });
// @ts-expect-error Source has 1 element(s) but target requires 2.
pool.apply(withScale, ["a"]);
// @ts-expect-error Type 'number' is not assignable to type 'never'.
pool.apply(withScale, ["a"], { kwargs: { scal: 1 } });
// @ts-expect-error Type 'string' is not assignable to type 'number'.
pool.apply(withScale, ["a"], { kwargs: { scale: "1" } });
// @ts-expect-error Source has 1 element(s) but target requires 2.
pool.apply(withOptions, [1], { kwargs: { plus: 1 } });
// @ts-expect-error Expected 2-3 arguments, but got 1.
pool.apply(of.shipped);
// @ts-expect-error Expected 2-3 arguments, but got 1.
pool.applyAsync(add);
// @ts-expect-error Type 'string' is not assignable to type 'number'.
pool.applyAsync(add, ["1", 2]);
// @ts-expect-error Property 'charAt' does not exist on type 'number'.
pool.applyAsync(double, [1], { callback: (n) => n.charAt(0) });

// --- the maps ---

is<Promise<number[]>>()(pool.map(double, [1, 2]));
is<Promise<number[]>>()(pool.map(double, new Set([1]).values()));
is<Promise<string[]>>()(pool.map(of.later, [1]));
is<Promise<string[]>>()(pool.map(of.optional, ["a"]));
is<Promise<number[]>>()(pool.map(of.rest, [1]));
is<Promise<boolean[]>>()(pool.map(of.union, ["a", { x: 1 }]));
is<Promise<unknown[]>>()(pool.map(of.anything, of.anythings));
is<AsyncResult<number[]>>()(pool.mapAsync(double, [1], { callback: (all) => all.map((n) => n.toFixed()) }));
is<Promise<number[]>>()(pool.starmap(add, [[1, 2]]));
is<Promise<number[]>>()(pool.starmap(add, [1, 2].map((n) => [n, n])));
is<Promise<string[]>>()(pool.starmap(of.allOptional, [[], ["a"], ["a", 1]]));
is<Promise<"literal"[]>>()(pool.starmap(of.literals, [["a", 1]]));
is<Promise<number[]>>()(pool.starmap(of.shipped, [[1, 2]]));
is<AsyncResult<number[]>>()(pool.starmapAsync(add, [[1, 2]]));
is<AsyncIterableIterator<string> & AsyncDisposable>()(pool.imap(of.later, [1]));
is<AsyncIterableIterator<number> & AsyncDisposable>()(pool.imapUnordered(double, new ReadableStream<number>()));

// @ts-expect-error Type 'string' is not assignable to type 'number'.
pool.map(double, ["a"]);
// @ts-expect-error Type 'string' is not assignable to type 'number'.
pool.mapAsync(double, [1, "a"]);
// @ts-expect-error Target signature provides too few arguments. Expected 2 or more, but got 1.
pool.map(add, [1]);
// @ts-expect-error Argument of type 'number[]' is not assignable to parameter of type 'Target<[unknown], unknown>'.
pool.map([1], double);
// @ts-expect-error Type '10' has no properties in common with type 'MapOptions'.
pool.map(double, [1], 10);
// @ts-expect-error 'chunkSize' does not exist in type 'MapOptions'. Did you mean to write 'chunksize'?
pool.map(double, [1], { chunkSize: 2 });
// @ts-expect-error Argument of type 'Promise<number[]>' is not assignable to parameter of type
pool.map(double, Promise.resolve([1]));
// @ts-expect-error Expected 2-3 arguments, but got 1.
pool.map(double);
// @ts-expect-error Type 'string' is not assignable to type 'number'.
pool.imap(double, ["a"]);
// @ts-expect-error Type 'string' is not assignable to type 'number'.
pool.imapUnordered(double, ["a"]);
// @ts-expect-error Source has 1 element(s) but target requires 2.
pool.starmap(add, [[1]]);
// @ts-expect-error Type 'string' is not assignable to type 'number'.
pool.starmap(add, [[1, "a"]]);
// @ts-expect-error Type 'string' is not assignable to type 'number'.
pool.starmapAsync(add, [[1, "a"]]);
// @ts-expect-error Type 'number' is not assignable to type '[a: number, b: number]'.
pool.starmap(add, [1]);

// --- broadcast() ---

is<Promise<5[]>>()(pool.broadcast(of.none));
is<Promise<void[]>>()(pool.broadcast(greet, ["a"]));
is<Promise<string[]>>()(pool.broadcast(of.allOptional));

// @ts-expect-error Expected 2 arguments, but got 1.
pool.broadcast(greet);
// @ts-expect-error Type 'number' is not assignable to type 'string'.
pool.broadcast(greet, [1]);
// @ts-expect-error Argument of type 'string' is not assignable to parameter of type '[name: string]'.
pool.broadcast(greet, "a");
// @ts-expect-error Source has 1 element(s) but target requires 2.
pool.broadcast(withScale, ["a"]);

// --- from functions of one's own ---

export function call<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
  return pool.apply(fn, args);
}

export function callAll<A extends unknown[], R>(fn: (...args: A) => R, items: A[]): Promise<Awaited<R>[]> {
  return pool.starmap(fn, items);
}

export function callEach<T, R>(fn: (item: T) => R, items: Iterable<T>): Promise<Awaited<R>[]> {
  return pool.map(fn, items);
}
