/**
 * `ListProxy`: a list that a manager owns, as other processes use it. The owner's
 * side is `list_state.ts`.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import { encode, type Encoded, joinEncoded } from "../codec/codec.ts";
import type { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { refOf } from "../remote/object_registry.ts";
import { loadPart } from "../runtime/load_part.ts";
import { rejectOnThrow } from "./dict_proxy.ts";

/**
 * A list that lives with a {@linkcode Manager}, the same for all processes.
 *
 * Its methods are named as those of `Array`, and as those of Python's list where `Array` has none; they are
 * asynchronous. A negative index counts from the end. It gives copies. Items that are objects are equal when they have
 * the same content in the same order.
 *
 * Python's `ListProxy`. Every method rejects with {@linkcode ConnectError} when the manager is gone.
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
  readonly #ref: ObjectRef;

  /** Made by {@linkcode Manager.list}. */
  constructor() {
    this.#ref = refOf(this, "list", []);
  }

  /** The item at an index; undefined where there is none. @throws {ConnectError} the manager is gone */
  get(index: number): Promise<T | undefined> {
    return rejectOnThrow(() =>
      this.#ref.request("get from list", "get", { args: [checkInteger(index, "get from list", "index")] })
    );
  }

  /** Puts another item in the place of one. @throws {RangeError} there is no item at the index */
  set(index: number, item: T): Promise<void> {
    const act = "set in list";
    return rejectOnThrow(() =>
      this.#ref.perform(act, "set", { args: [checkInteger(index, act, "index")], value: encodeItem(item) })
    );
  }

  /** Adds items at the end. @returns how many there are then */
  push(...items: T[]): Promise<number> {
    return rejectOnThrow(() =>
      this.#ref.request("push to list", "push", { value: encodeItems(items), hasEffect: true })
    );
  }

  /**
   * Takes an item out and gives it; the last one unless an index is given.
   *
   * @returns undefined when the list is empty and no index is given
   * @throws {RangeError} there is no item at the index
   */
  pop(index?: number): Promise<T | undefined> {
    const act = "pop from list";
    const args = () => index === undefined ? [] : [checkInteger(index, act, "index")];
    return rejectOnThrow(() => this.#ref.request(act, "pop", { args: args(), hasEffect: true }));
  }

  /** Puts an item before the one at an index; at the end, or at the start, when that lies beyond. */
  insert(index: number, item: T): Promise<void> {
    const act = "insert in list";
    return rejectOnThrow(() =>
      this.#ref.perform(act, "insert", { args: [checkInteger(index, act, "index")], value: encodeItem(item) })
    );
  }

  /** Takes out the first item that equals the given. @throws {RangeError} there is none */
  remove(item: T): Promise<void> {
    return rejectOnThrow(() => this.#ref.perform("remove from list", "remove", { value: encodeItem(item) }));
  }

  /** How many items it has. */
  length(): Promise<number> {
    return this.#ref.request("ask the length of list", "length");
  }

  /** Whether an item equals the given, from an index on. */
  includes(item: T, from: number = 0): Promise<boolean> {
    return this.indexOf(item, from).then((index) => index !== -1);
  }

  /** The first index, from `from` on, at which the item equals the given; -1 when there is none. */
  indexOf(item: T, from: number = 0): Promise<number> {
    const act = "look into list";
    return rejectOnThrow(() =>
      this.#ref.request(act, "indexOf", { args: [checkInteger(from, act, "from")], value: encodeItem(item) })
    );
  }

  /** Items from `start` to before `end`, as `Array.slice`. */
  slice(start?: number, end?: number): Promise<T[]> {
    const act = "slice list";
    const args =
      () => [checkInteger(start ?? 0, act, "start"), ...end === undefined ? [] : [checkInteger(end, act, "end")]];
    return rejectOnThrow(() => this.#ref.request(act, "slice", { args: args() }));
  }

  /** Takes `count` items out from `start` on, all when it is not given, and puts others there. @returns those taken out */
  splice(start: number, count?: number, ...items: T[]): Promise<T[]> {
    const act = "splice list";
    const args =
      () => [checkInteger(start, act, "start"), ...count === undefined ? [] : [checkInteger(count, act, "count")]];
    return rejectOnThrow(() =>
      this.#ref.request(act, "splice", { args: args(), value: encodeItems(items), hasEffect: true })
    );
  }

  /** Adds all items of something at the end. */
  extend(items: Iterable<T>): Promise<void> {
    return rejectOnThrow(() => this.#ref.perform("extend list", "push", { value: encodeItems(items) }));
  }

  /**
   * Sorts it: numbers by size, texts by their code units, dates by time, lists by their first items that differ, and
   * equal items stay in their order. A function that compares cannot cross.
   *
   * @throws {TypeError} it holds items of different kinds, or such as have no order; it is as it was
   */
  sort(): Promise<void> {
    return this.#ref.perform("sort list", "sort");
  }

  /** Turns the order of the items round. */
  reverse(): Promise<void> {
    return this.#ref.perform("reverse list", "reverse");
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

function encodeItem(item: unknown): Encoded {
  return encode(item, "item");
}

/** Items, each encoded on its own. */
export function encodeItems(items: Iterable<unknown>): Encoded {
  if (typeof items !== "object" && typeof items !== "string" || items === null || !(Symbol.iterator in Object(items))) {
    throw typeError("Cannot take items: they are not iterable");
  }
  return joinEncoded(Array.from(items, (item, at) => encode(item, `items[${at}]`)), "items");
}

/** @throws {TypeError} it is no whole number */
function checkInteger(value: unknown, act: string, name: string): number {
  if (Number.isInteger(value)) return value as number;
  if (value === Infinity || value === -Infinity) return Math.sign(value) * Number.MAX_SAFE_INTEGER;
  throw typeError(`Cannot ${act}: ${name} is not a whole number`);
}

async function loadListState(): Promise<StateFactory> {
  const { ListState } = await loadPart(import.meta.url, () => import("./list_state.ts"));
  return { create: () => new ListState() };
}

shareable("list", ListProxy, loadListState);
