/**
 * What JSON would lose, as a table of nodes: cycles and shared parts, holes,
 * undefined, -0, NaN, bigint, dates, maps, sets, bytes, errors, shared objects.
 * Containers are numbered in the order in which they are met, so equal values
 * give equal tables on every runtime. The form of the table only: `graph_writer.ts`
 * writes it, `graph_reader.ts` reads it.
 *
 * @module
 */

/** Raw bytes beside a text. */
export type Block = Uint8Array<ArrayBuffer>;

/**
 * A primitive as JSON has it, `[n]` for node n, `["12"]` for a bigint (`["0xc"]` for a very long one), or `[-n]` for an
 * {@linkcode ATOMS atom}.
 */
export type Slot = string | number | boolean | null | [number] | [string];

/** A container: its kind, and what the kind needs. */
export type Node = [kind: string, ...parts: unknown[]];

export type Graph = [root: Slot, nodes: Node[]];

/** Stands for an item that an array lacks. */
export const HOLE: unique symbol = Symbol("hole");

/** Primitives that JSON lacks. */
export const ATOMS: readonly unknown[] = [undefined, NaN, Infinity, -Infinity, -0, HOLE];

/** A bigint of more hexadecimal digits than this is written as those: decimal ones take engines quadratic time. */
export const LONG_BIGINT_DIGITS = 1_024;

/** Sets an own property, also one named `__proto__` and one of which the prototype has an accessor. */
export function defineOwn(target: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable, configurable: true });
}
