/** Functions of every shape, and how types are compared. These files are type-checked, never run. */
// deno-lint-ignore-file no-explicit-any
import { inline, type Pool, type Target, task } from "../../mod.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

/** Compiles when the value has exactly this type: `is<number>()(value)`. */
export declare function is<Expected>(): <Actual>(
  value: Actual,
  ...proof: Same<Actual, Expected> extends true ? [] : ["it has another type"]
) => void;

export declare const pool: Pool;
export declare const anything: any;
export declare const anythings: any[];
export declare const nothing: never;
export declare const unknowns: unknown[];

export declare function add(a: number, b: number): number;
export declare function double(n: number): number;
export declare function greet(name: string): void;
export declare function none(): 5;
export declare function later(n: number): Promise<string>;
export declare function optional(a: string, b?: number): string;
export declare function allOptional(a?: string, b?: number): string;
export declare function withOptions(a: number, b: number, options?: { plus?: number }): number;
export declare function withScale(a: string, options: { scale: number }): number;
export declare function withKind(options: { kind: "x"; n: number } | { kind: "y" }): boolean;
export declare function rest(...items: number[]): number;
export declare function firstAndRest(first: string, ...items: number[]): number;
export declare function whatever(...items: unknown[]): number;
export declare function unknownLast(a: string, last: unknown): boolean;
export declare function identity<T>(value: T): T;
export declare function bounded<T extends { length: number }>(value: T): T;
export declare function pair<T>(one: T, all: T[]): [T];
export declare function overloaded(text: string): string;
export declare function overloaded(n: number, m: number): number;
export declare function withThis(this: { z: 1 }, n: number): number;
export declare function thisVoid(this: void, n: number): number;
export declare function literals(mode: "a" | "b", n: 1 | 2): "literal";
export declare function tuples(pair: [number, number], names: readonly string[]): boolean;
export declare function union(value: string | { x: number }): boolean;
export declare function readonlyRest(...all: readonly [number, string]): string;
export declare function never(): never;
export declare const target: Target;
export declare const typedTarget: Target<[number], string>;

export function byDefault(a: string, b = 2): string {
  return a + b;
}

export const shipped = inline((a: number, b: number) => a + b);
export const registered = task(import.meta, function registered(n: number, _name?: string) {
  return n;
});
export const several = task(import.meta, {
  half: (n: number) => n / 2,
  shout: (text: string) => Promise.resolve(text),
});
