/**
 * What crosses to another process as something else than a copy: objects that are
 * shared stand there as their handles, and some objects do not cross at all. Knows
 * no table of nodes.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";

const unsendable = new Map<object, string>();

/** Instances of `Class` are refused as `what`: they belong to the process that made them. */
export function refuseSending(Class: { prototype: object }, what: string): void {
  unsendable.set(Class.prototype, what);
}

/** What was written for one object that stays in its process. */
export interface WrittenHandle {
  /** Data that JSON has. */
  readonly handle: unknown;
  /** Where its owner listens: what a process must be able to connect to in order to use the object. */
  readonly addresses: readonly string[];
}

/** How objects that stay in one process stand in a message. */
export interface Reduction {
  /** What is written for an object; null when it is none of those. */
  write(value: object): WrittenHandle | null;
  /**
   * The object that a handle stands for in this process.
   *
   * @param isFromParent the handle came from the process that started this one
   * @throws {ProtocolError} it is malformed
   */
  read(handle: unknown, isFromParent: boolean): object;
}

let sharing: Reduction | null = null;

/** From now on objects can cross that `given` knows. */
export function registerReduction(given: Reduction): void {
  sharing = given;
}

/** Thrown for a value that holds an object of which this process knows nothing yet: load what does, decode again. */
export class UnknownKind extends ProtocolError {}

/** What is written for an object; null when it is none that is shared. */
export function handleOf(value: object): WrittenHandle | null {
  return sharing === null ? null : sharing.write(value);
}

/** The object of a handle. @throws {UnknownKind} nothing is loaded that knows it */
export function objectOf(handle: unknown, isFromParent: boolean): object {
  if (sharing !== null) return sharing.read(handle, isFromParent);
  throw new UnknownKind("Cannot decode value: it holds a shared object, nobody knows such here");
}

/** Why an object cannot cross, or null for a plain object or an instance of a class of the user's. */
export function refusal(value: object): string | null {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return null;
  for (let up = prototype; up !== null; up = Object.getPrototypeOf(up)) {
    const what = unsendable.get(up);
    if (what !== undefined) return what;
  }
  const name = (value.constructor as { name?: unknown } | undefined)?.name;
  const tag = (value as Record<symbol, unknown>)[Symbol.toStringTag];
  if (typeof tag === "string" && /Iterator|Generator|Module/.test(tag)) return `an object of kind ${tag}`;
  if (typeof name === "string" && (globalThis as Record<string, unknown>)[name] === value.constructor) {
    return `a ${name}`;
  }
  return null;
}
