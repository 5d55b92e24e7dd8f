/**
 * The containers of one value in the order in which they are met: their numbers, and
 * the way from the root to each. Rows, which have no nodes, are numbered apart.
 *
 * @module
 */
import type { Slot } from "./graph.ts";

/** Leads from a container to a part of it: text as messages write it, or an index. */
export type Step = string | number;

export class NodeNumbers {
  /** The containers that have nodes. */
  readonly values: object[] = [];
  /** Numbers of nodes, from 0 upwards; and of rows, from -1 downwards. */
  readonly #numbers = new Map<object, number>();
  #rowCount = 0;
  /** For each node the node that met it first, and under which key. */
  readonly #parents: number[] = [];
  readonly #steps: Step[] = [];

  /** The number of a node; below 0 for a row, undefined for what is not numbered. */
  of(value: object): number | undefined {
    return this.#numbers.get(value);
  }

  /** Numbers a node that was met in another, -1 for the root. */
  add(value: object, parent: number, step: Step): number {
    const number = this.values.push(value) - 1;
    this.#numbers.set(value, number);
    this.#parents.push(parent);
    this.#steps.push(step);
    return number;
  }

  /** Numbers rows; false, and none is numbered, when one of them is numbered already. */
  addRows(rows: readonly object[]): boolean {
    for (let at = 0; at < rows.length; at++) {
      if (this.#numbers.has(rows[at]!)) {
        for (let undone = 0; undone < at; undone++) this.#numbers.delete(rows[undone]!);
        return false;
      }
      this.#numbers.set(rows[at]!, -1 - this.#rowCount - at);
    }
    this.#rowCount += rows.length;
    return true;
  }

  /** The way from the root to a part of a node. */
  pathTo(node: number, step: Step): string {
    let path = stepText(step);
    for (let at = node; at !== -1; at = this.#parents[at]!) path = stepText(this.#steps[at]!) + path;
    return path;
  }
}

/** What stands for a node or a row. */
export function referenceTo(number: number): Slot {
  return number < 0 ? [-1 - number, 1] : [number];
}

function stepText(step: Step): string {
  return typeof step === "number" ? `[${step}]` : step;
}
