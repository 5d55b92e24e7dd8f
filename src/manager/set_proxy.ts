/**
 * `SetProxy`: a set that a manager owns, as other processes use it. The owner's
 * side is `set_state.ts`.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import { type Encoded, joinEncoded } from "../codec/codec.ts";
import type { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { refOf } from "../remote/object_registry.ts";
import { loadPart } from "../runtime/load_part.ts";
import { rejectOnThrow } from "./dict_proxy.ts";
import { encodeValueKey } from "./value_key.ts";

/**
 * A set that lives with a {@linkcode Manager}, the same for all processes.
 *
 * Its methods are named as those of `Set`, and are asynchronous. Members that are objects are equal when they have the
 * same content in the same order.
 *
 * Python has no such proxy before 3.14. Every method rejects with {@linkcode ConnectError} when the manager is gone.
 *
 * @typeParam T its members
 *
 * @example What two have in common
 * ```ts
 * import { Manager } from "@brood/multiprocessing";
 *
 * if (import.meta.main) {
 *   await using manager = new Manager();
 *   const seen = manager.set(["a", "b"]);
 *   console.log(await seen.intersection(["b", "c"])); // Set(1) { "b" }
 * }
 * ```
 */
export class SetProxy<T = unknown> {
  readonly #ref: ObjectRef;

  /** Made by {@linkcode Manager.set}. */
  constructor() {
    this.#ref = refOf(this, "set", []);
  }

  /** Adds a member, unless it is there. @throws {SerializationError} it cannot cross */
  add(member: T): Promise<void> {
    return rejectOnThrow(() => this.#ref.perform("add to set", "add", { value: encodeMembers([member]) }));
  }

  /** Whether it has a member. @throws {ConnectError} the manager is gone */
  has(member: T): Promise<boolean> {
    return rejectOnThrow(() => this.#ref.request("look into set", "has", { value: encodeValueKey(member, "member") }));
  }

  /** Takes a member out. @returns whether it was there */
  delete(member: T): Promise<boolean> {
    const value = () => encodeValueKey(member, "member");
    return rejectOnThrow(() => this.#ref.request("delete from set", "delete", { value: value(), hasEffect: true }));
  }

  /** Takes all members out. */
  clear(): Promise<void> {
    return this.#ref.perform("clear set", "clear");
  }

  /** How many members it has. */
  size(): Promise<number> {
    return this.#ref.request("ask the size of set", "size");
  }

  /** Its members, in the order in which they were added. */
  values(): Promise<T[]> {
    return this.#ref.request("list members of set", "values");
  }

  /** Its members and those of another, as a set of their copies. */
  union<U>(other: Iterable<U> | SetProxy<U>): Promise<Set<T | U>> {
    return this.#with("union", other);
  }

  /** Its members that another has too. */
  intersection(other: Iterable<unknown> | SetProxy): Promise<Set<T>> {
    return this.#with("intersection", other);
  }

  /** Its members that another does not have. */
  difference(other: Iterable<unknown> | SetProxy): Promise<Set<T>> {
    return this.#with("difference", other);
  }

  async #with<R>(act: string, other: Iterable<unknown> | SetProxy): Promise<Set<R>> {
    const value = encodeMembers(other instanceof SetProxy ? await other.values() : other);
    return new Set(await this.#ref.request<R[]>(`make ${act} of sets`, act, { value: value }));
  }

  /** Goes over the members as they are now. */
  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    yield* await this.values();
  }
}

/** Members, each encoded on its own. @throws {TypeError} they are not iterable */
export function encodeMembers(given: Iterable<unknown>): Encoded {
  if (given === null || given === undefined || !(Symbol.iterator in Object(given))) {
    throw typeError("Cannot take members: they are not iterable");
  }
  return joinEncoded(Array.from(given, (member) => encodeValueKey(member, "member")), "members");
}

async function loadSetState(): Promise<StateFactory> {
  const { SetState } = await loadPart(import.meta.url, () => import("./set_state.ts"));
  return { create: () => new SetState() };
}

shareable("set", SetProxy, loadSetState);
