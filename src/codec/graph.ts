/**
 * What JSON would lose, as a table of nodes: cycles and shared parts, holes,
 * undefined, -0, NaN, bigint, dates, maps, sets, bytes, errors, shared objects; and
 * long lists of objects with the same keys, by columns. Containers are numbered in the order in which they are met, so equal values
 * give equal tables on every runtime. The form of the table only: `graph_writer.ts`
 * writes it, `graph_reader.ts` reads it.
 *
 * @module
 */

/** Raw bytes beside a text. */
export type Block = Uint8Array<ArrayBuffer>;

/**
 * A primitive as JSON has it, `[n]` for node n, `[n, 1]` for row n of all that are written by columns, `["12"]` for a
 * bigint (`["0xc"]` for a very long one), or `[-n]` for an {@linkcode ATOMS atom}.
 */
export type Slot = string | number | boolean | null | [number] | [row: number, isRow: 1] | [string];

/** A container: its kind, and what the kind needs. */
export type Node = [kind: string, ...parts: unknown[]];

export type Graph = [root: Slot, nodes: Node[]];

/** What leads from a container to the value under a key, as messages write it. */
export function propertyStep(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${/^\d+$/.test(key) ? key : JSON.stringify(key)}]`;
}

/** Primitives that JSON lacks. */
export const ATOMS: readonly unknown[] = [undefined, NaN, Infinity, -Infinity, -0];

/** Stands for an item that an array lacks, and is nothing elsewhere. */
export const HOLE = -6;

/** Sets an own property, also one named `__proto__` and one of which the prototype has an accessor. */
export function defineOwn(target: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable, configurable: true });
}
