/**
 * `ListProxy`: a list that lives with a manager, as its users hold it. Where it
 * lives: `list_state.ts`.
 *
 * @module
 */
import { encode, type Encoded, joinEncoded } from "../codec/codec.ts";
import type { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { refOf } from "../remote/object_registry.ts";
import { attempt } from "./dict_proxy.ts";

/**
 * A list that lives with a {@linkcode Manager}, the same for all processes.
 *
 * Named as `Array` is, and as Python's list where `Array` has no such thing. A
 * negative index counts from the end. What it gives are copies. Items that are
 * objects are equal when they hold the same in the same order.
 *
 * Python's `ListProxy`.
 *
 * @typeParam T its items
 *
 * @example A list in a dict
 * ```ts
 * import { type ListProxy, Manager } from "@brood/multiprocessing";
 *
 * if (import.meta.main) {
 *   await using manager = new Manager();
 *   const dict = manager.dict<string, ListProxy<number>>();
 *   await dict.set("squares", manager.list([1, 4]));
 *   await (await dict.get("squares"))!.push(9);
 *   console.log(await (await dict.get("squares"))!.toArray()); // [1, 4, 9]
 * }
 * ```
 */
export class ListProxy<T = unknown> {
  readonly #reach: ObjectRef;

  /** Made by {@linkcode Manager.list}. */
  constructor() {
    this.#reach = refOf(this, "list", []);
  }

  /** The item at an index; undefined where there is none. @throws {ConnectError} the manager is gone */
  get(index: number): Promise<T | undefined> {
    return attempt(() =>
      this.#reach.request("get from list", "get", { args: [whole(index, "get from list", "index")] })
    );
  }

  /** Puts another item in the place of one. @throws {RangeError} there is no item at the index */
  set(index: number, item: T): Promise<void> {
    const act = "set in list";
    return attempt(() => this.#reach.perform(act, "set", { args: [whole(index, act, "index")], value: cargoOf(item) }));
  }

  /** Adds items at the end. @returns how many there are then */
  push(...items: T[]): Promise<number> {
    return attempt(() => this.#reach.request("push to list", "push", { value: listed(items), hasEffect: true }));
  }

  /**
   * Takes an item out and gives it; the last one unless an index is given.
   *
   * @returns undefined when the list is empty and no index is given
   * @throws {RangeError} there is no item at the index
   */
  pop(index?: number): Promise<T | undefined> {
    const act = "pop from list";
    const args = () => index === undefined ? [] : [whole(index, act, "index")];
    return attempt(() => this.#reach.request(act, "pop", { args: args(), hasEffect: true }));
  }

  /** Puts an item before the one at an index; at the end, or at the start, when that lies beyond. */
  insert(index: number, item: T): Promise<void> {
    const act = "insert in list";
    return attempt(() =>
      this.#reach.perform(act, "insert", { args: [whole(index, act, "index")], value: cargoOf(item) })
    );
  }

  /** Takes out the first item that equals the given. @throws {RangeError} there is none */
  remove(item: T): Promise<void> {
    return attempt(() => this.#reach.perform("remove from list", "remove", { value: cargoOf(item) }));
  }

  /** How many items it has. */
  length(): Promise<number> {
    return this.#reach.request("ask the length of list", "length");
  }

  /** Whether an item equals the given, from an index on. */
  includes(item: T, from: number = 0): Promise<boolean> {
    return this.indexOf(item, from).then((index) => index !== -1);
  }

  /** The first index, from `from` on, at which the item equals the given; -1 when there is none. */
  indexOf(item: T, from: number = 0): Promise<number> {
    const act = "look into list";
    return attempt(() =>
      this.#reach.request(act, "indexOf", { args: [whole(from, act, "from")], value: cargoOf(item) })
    );
  }

  /** Items from `start` to before `end`, as `Array.slice`. */
  slice(start?: number, end?: number): Promise<T[]> {
    const act = "slice list";
    const args = () => [whole(start ?? 0, act, "start"), ...end === undefined ? [] : [whole(end, act, "end")]];
    return attempt(() => this.#reach.request(act, "slice", { args: args() }));
  }

  /** Takes `count` items out from `start` on, all when it is not given, and puts others there. @returns those taken out */
  splice(start: number, count?: number, ...items: T[]): Promise<T[]> {
    const act = "splice list";
    const args = () => [whole(start, act, "start"), ...count === undefined ? [] : [whole(count, act, "count")]];
    return attempt(() => this.#reach.request(act, "splice", { args: args(), value: listed(items), hasEffect: true }));
  }

  /** Adds all items of something at the end. */
  extend(items: Iterable<T>): Promise<void> {
    return attempt(() => this.#reach.perform("extend list", "push", { value: listed(items) }));
  }

  /**
   * Sorts it: numbers by size, texts by their code units, dates by time, lists by their first items that differ, and
   * equal items stay in their order. A function that compares cannot cross.
   *
   * @throws {TypeError} it holds items of different kinds, or such as have no order; it is as it was
   */
  sort(): Promise<void> {
    return this.#reach.perform("sort list", "sort");
  }

  /** Turns the order of the items round. */
  reverse(): Promise<void> {
    return this.#reach.perform("reverse list", "reverse");
  }

  /** All items, as they are now. */
  toArray(): Promise<T[]> {
    return this.slice();
  }

  /** Goes over the items as they are now. */
  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    yield* await this.toArray();
  }
}

function cargoOf(item: unknown): Encoded {
  return encode(item, "item");
}

/** Items, each encoded on its own. */
export function listed(items: Iterable<unknown>): Encoded {
  if (typeof items !== "object" && typeof items !== "string" || items === null || !(Symbol.iterator in Object(items))) {
    throw new TypeError("Cannot take items: they are not iterable");
  }
  return joinEncoded(Array.from(items, (item, at) => encode(item, `items[${at}]`)), "items");
}

/** @throws {TypeError} it is no whole number */
function whole(value: unknown, act: string, name: string): number {
  if (Number.isInteger(value)) return value as number;
  if (value === Infinity || value === -Infinity) return Math.sign(value) * Number.MAX_SAFE_INTEGER;
  throw new TypeError(`Cannot ${act}: ${name} is not a whole number`);
}

async function loadState(): Promise<StateFactory> {
  const { ListState } = await import("./list_state.ts");
  return { create: () => new ListState() };
}

shareable("list", ListProxy, loadState);
