/**
 * The nodes of a graph that only errors hold. A part of them that cannot cross is
 * left out, unless the value itself turns out to hold the node as well.
 *
 * @module
 */
import type { SerializationError } from "../errors.ts";
import { type Refusal, SHARED_BYTES, UNREADABLE } from "./refusal.ts";
import { reasonToRefuse } from "./reduction.ts";
import { writeTemporal } from "./temporal.ts";

interface OptionalNode {
  /** Nodes that this one holds. */
  readonly holds: number[];
  /** Why the first part that cannot cross was left out. */
  leftOut: SerializationError | null;
}

export class OptionalNodes {
  readonly #nodes = new Map<number, OptionalNode>();

  get size(): number {
    return this.#nodes.size;
  }

  has(node: number): boolean {
    return this.#nodes.has(node);
  }

  /** A new node, held by another. */
  add(node: number, holder: number): void {
    this.hold(holder, node);
    this.#nodes.set(node, { holds: [], leftOut: null });
  }

  /** An optional node holds another, too. */
  hold(holder: number, node: number): void {
    this.#nodes.get(holder)?.holds.push(node);
  }

  /** Notes that a part was left out; false when the node is not optional. */
  leaveOut(node: number, reason: SerializationError): boolean {
    const known = this.#nodes.get(node);
    if (known !== undefined) known.leftOut ??= reason;
    return known !== undefined;
  }

  /**
   * The value itself holds the node: it is no longer optional, nor is what it holds, except what an error holds.
   *
   * @throws {SerializationError} a part of it was left out
   */
  require(node: number, isError: (node: number) => boolean): void {
    const required = [node];
    for (let next = required.pop(); next !== undefined; next = required.pop()) {
      const known = this.#nodes.get(next);
      if (known === undefined) continue;
      if (known.leftOut !== null) throw known.leftOut;
      this.#nodes.delete(next);
      if (!isError(next)) required.push(...known.holds);
    }
  }
}

/** Whether a container is written in a way of its own, not field by field. */
function hasOwnKind(value: object): boolean {
  return Array.isArray(value) || ArrayBuffer.isView(value) || COPIED.some((kind) => value instanceof kind);
}

const COPIED = [Date, RegExp, Map, Set, Error, ArrayBuffer, String, Boolean, Number, BigInt, URL];

/** Why an optional part is left out; null when it can cross. */
export function reasonToLeaveOut(value: object): Refusal | null {
  try {
    if (ArrayBuffer.isView(value) && !(value.buffer instanceof ArrayBuffer)) return SHARED_BYTES;
    if (hasOwnKind(value)) return null;
    const keys = Object.keys(value);
    return keys.length === 0 && writeTemporal(value) !== null ? null : reasonToRefuse(value, keys);
  } catch {
    return UNREADABLE;
  }
}
