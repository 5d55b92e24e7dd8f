/**
 * `DictProxy`: a dict that lives with a manager, as its users hold it. Where it
 * lives: `dict_state.ts`.
 *
 * @module
 */
import { encode, type Encoded, joinEncoded } from "../codec/codec.ts";
import type { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { refOf } from "../remote/object_registry.ts";
import { encodeValueKey } from "./value_key.ts";

/** What a dict is filled from: pairs, as in a `Map`, or the properties of an object. */
export type DictEntries<K, V> = Iterable<readonly [K, V]> | (K extends string ? Readonly<Record<string, V>> : never);

/**
 * A dict that lives with a {@linkcode Manager}, the same for all processes.
 *
 * Named as `Map` is. What it gives are copies: a change of one is seen by nobody
 * before it is set again; a list or dict of the manager's own, in a dict, is the
 * same for all. Keys that are objects are equal when they hold the same in the
 * same order.
 *
 * Python's `DictProxy`.
 *
 * @typeParam K its keys
 * @typeParam V its values
 *
 * @example Counted by two processes
 * ```ts
 * import { type DictProxy, Manager, Process } from "@brood/multiprocessing";
 *
 * export async function note(dict: DictProxy<string, number>, key: string) {
 *   await dict.set(key, key.length);
 * }
 *
 * if (import.meta.main) {
 *   await using manager = new Manager();
 *   const dict = manager.dict<string, number>();
 *   await new Process({ target: note, args: [dict, "ant"] }).start().join();
 *   console.log(await dict.get("ant")); // 3
 * }
 * ```
 */
export class DictProxy<K = unknown, V = unknown> {
  readonly #reach: ObjectRef;

  /** Made by {@linkcode Manager.dict}. */
  constructor() {
    this.#reach = refOf(this, "dict", []);
  }

  /** The value of a key; undefined when it is not there. @throws {ConnectError} the manager is gone */
  get(key: K): Promise<V | undefined> {
    return attempt(() => this.#reach.request("get from dict", "get", { value: keyCargo(key) }));
  }

  /** Sets the value of a key. @throws {SerializationError} key or value cannot cross */
  set(key: K, value: V): Promise<void> {
    return attempt(() => this.#reach.perform("set in dict", "set", { value: pairs([[key, value]]) }));
  }

  /** Whether a key is there. */
  has(key: K): Promise<boolean> {
    return attempt(() => this.#reach.request("look into dict", "has", { value: keyCargo(key) }));
  }

  /** Takes a key out. @returns whether it was there */
  delete(key: K): Promise<boolean> {
    return attempt(() => this.#reach.request("delete from dict", "delete", { value: keyCargo(key), hasEffect: true }));
  }

  /** Takes all keys out. */
  clear(): Promise<void> {
    return this.#reach.perform("clear dict", "clear");
  }

  /** How many keys it has. */
  size(): Promise<number> {
    return this.#reach.request("ask the size of dict", "size");
  }

  /** Its keys, in the order in which they were first set. */
  keys(): Promise<K[]> {
    return this.#reach.request("list keys of dict", "keys");
  }

  /** Its values, in the order of their keys. */
  values(): Promise<V[]> {
    return this.#reach.request("list values of dict", "values");
  }

  /** Its keys, each with its value. */
  async entries(): Promise<[K, V][]> {
    const flat: unknown[] = await this.#reach.request("list entries of dict", "entries");
    return Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at], flat[2 * at + 1]] as [K, V]);
  }

  /** Sets many at once: nobody sees some of them without the others. */
  update(entries: DictEntries<K, V>): Promise<void> {
    return attempt(() => this.#reach.perform("update dict", "update", { value: pairs(entriesOf(entries)) }));
  }

  /**
   * Takes a key out and gives its value.
   *
   * @param otherwise given when it is not there
   * @throws {RangeError} it is not there, and nothing is to be given otherwise
   */
  pop(key: K, ...otherwise: [otherwise?: V]): Promise<V> {
    const late = () => {
      if (otherwise.length > 0) return otherwise[0];
      throw new RangeError("Cannot pop from dict: the key is not there");
    };
    return attempt(() =>
      this.#reach.request("pop from dict", "pop", { value: keyCargo(key), onTimeout: late, hasEffect: true })
    );
  }

  /** The value of a key, which is set to `value` when it is not there. */
  setDefault(key: K, value: V): Promise<V> {
    const cargo = () => pairs([[key, value]]);
    return attempt(() => this.#reach.request("set in dict", "setDefault", { value: cargo(), hasEffect: true }));
  }

  /** Goes over the entries as they are now. */
  async *[Symbol.asyncIterator](): AsyncIterator<[K, V]> {
    yield* await this.entries();
  }
}

function keyCargo(key: unknown): Encoded {
  return encodeValueKey(key, "key");
}

/** What is wrong with the arguments rejects. */
export function attempt<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call();
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Keys and values in turns, each encoded on its own. */
export function pairs(entries: Iterable<readonly [unknown, unknown]>): Encoded {
  const parts: Encoded[] = [];
  for (const [key, value] of entries) parts.push(encodeValueKey(key, "key"), encode(value, "value"));
  return joinEncoded(parts, "entries");
}

/** Pairs of whatever a dict may be filled from. @throws {TypeError} it is nothing of that */
export function entriesOf(given: unknown): Iterable<readonly [unknown, unknown]> {
  if (typeof given !== "object" || given === null) {
    throw new TypeError("Cannot fill dict: the entries are neither pairs nor an object");
  }
  if (!(Symbol.iterator in given)) return Object.entries(given);
  return Array.from(given as Iterable<unknown>, (pair) => {
    if (Array.isArray(pair) && pair.length === 2) return pair as unknown as [unknown, unknown];
    throw new TypeError("Cannot fill dict: an entry is no pair of a key and a value");
  });
}

async function loadState(): Promise<StateFactory> {
  const { DictState } = await import("./dict_state.ts");
  return { create: () => new DictState() };
}

shareable("dict", DictProxy, loadState);
