/**
 * `SetProxy`: a set that lives with a manager, as its users hold it. Where it
 * lives: `set_state.ts`.
 *
 * @module
 */
import { type Encoded, joinEncoded } from "../codec/codec.ts";
import type { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { refOf } from "../remote/object_registry.ts";
import { attempt } from "./dict_proxy.ts";
import { encodeValueKey } from "./value_key.ts";

/**
 * A set that lives with a {@linkcode Manager}, the same for all processes.
 *
 * Named as `Set` is. Members that are objects are equal when they hold the same
 * in the same order.
 *
 * Python's `SetProxy`.
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
  readonly #reach: ObjectRef;

  /** Made by {@linkcode Manager.set}. */
  constructor() {
    this.#reach = refOf(this, "set", []);
  }

  /** Adds a member, unless it is there. @throws {SerializationError} it cannot cross */
  add(member: T): Promise<void> {
    return attempt(() => this.#reach.perform("add to set", "add", { value: members([member]) }));
  }

  /** Whether it has a member. @throws {ConnectError} the manager is gone */
  has(member: T): Promise<boolean> {
    return attempt(() => this.#reach.request("look into set", "has", { value: encodeValueKey(member, "member") }));
  }

  /** Takes a member out. @returns whether it was there */
  delete(member: T): Promise<boolean> {
    const cargo = () => encodeValueKey(member, "member");
    return attempt(() => this.#reach.request("delete from set", "delete", { value: cargo(), hasEffect: true }));
  }

  /** Takes all members out. */
  clear(): Promise<void> {
    return this.#reach.perform("clear set", "clear");
  }

  /** How many members it has. */
  size(): Promise<number> {
    return this.#reach.request("ask the size of set", "size");
  }

  /** Its members, in the order in which they were added. */
  values(): Promise<T[]> {
    return this.#reach.request("list members of set", "values");
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
    const cargo = members(other instanceof SetProxy ? await other.values() : other);
    return new Set(await this.#reach.request<R[]>(`make ${act} of sets`, act, { value: cargo }));
  }

  /** Goes over the members as they are now. */
  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    yield* await this.values();
  }
}

/** Members, each encoded on its own. @throws {TypeError} they are not iterable */
export function members(given: Iterable<unknown>): Encoded {
  if (given === null || given === undefined || !(Symbol.iterator in Object(given))) {
    throw new TypeError("Cannot take members: they are not iterable");
  }
  return joinEncoded(Array.from(given, (member) => encodeValueKey(member, "member")), "members");
}

async function loadState(): Promise<StateFactory> {
  const { SetState } = await import("./set_state.ts");
  return { create: () => new SetState() };
}

shareable("set", SetProxy, loadState);
