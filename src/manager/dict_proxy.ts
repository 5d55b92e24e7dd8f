/**
 * `DictProxy`: a dict that a manager owns, as other processes use it. The owner's
 * side is `dict_state.ts`.
 *
 * @module
 */
import { rangeError, typeError } from "../error_stack.ts";
import { encode, type Encoded, joinEncoded } from "../codec/codec.ts";
import type { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { refOf } from "../remote/object_registry.ts";
import { loadPart } from "../runtime/load_part.ts";
import { encodeValueKey } from "./value_key.ts";

/** What a dict is filled from: pairs, as in a `Map`, or the properties of an object. */
export type DictEntries<K, V> = Iterable<readonly [K, V]> | (K extends string ? Readonly<Record<string, V>> : never);

/**
 * A dict that lives with a {@linkcode Manager}, the same for all processes.
 *
 * Its methods are named as those of `Map`, and are asynchronous. It gives copies: a change of a value is seen by others
 * when the value is set again. A list or dict of the manager's that is kept in a dict is the same object for all. Keys
 * that are objects are equal when they have the same content in the same order.
 *
 * Python's `DictProxy`. Every method rejects with {@linkcode ConnectError} when the manager is gone.
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
  readonly #ref: ObjectRef;

  /** Made by {@linkcode Manager.dict}. */
  constructor() {
    this.#ref = refOf(this, "dict", []);
  }

  /** The value of a key; undefined when it is not there. @throws {ConnectError} the manager is gone */
  get(key: K): Promise<V | undefined> {
    return rejectOnThrow(() => this.#ref.request("get from dict", "get", { value: encodeKey(key) }));
  }

  /** Sets the value of a key. @throws {SerializationError} key or value cannot cross */
  set(key: K, value: V): Promise<void> {
    return rejectOnThrow(() => this.#ref.perform("set in dict", "set", { value: encodeEntries([[key, value]]) }));
  }

  /** Whether a key is there. */
  has(key: K): Promise<boolean> {
    return rejectOnThrow(() => this.#ref.request("look into dict", "has", { value: encodeKey(key) }));
  }

  /** Takes a key out. @returns whether it was there */
  delete(key: K): Promise<boolean> {
    return rejectOnThrow(() =>
      this.#ref.request("delete from dict", "delete", { value: encodeKey(key), hasEffect: true })
    );
  }

  /** Takes all keys out. */
  clear(): Promise<void> {
    return this.#ref.perform("clear dict", "clear");
  }

  /** How many keys it has. */
  size(): Promise<number> {
    return this.#ref.request("ask the size of dict", "size");
  }

  /** Its keys, in the order in which they were first set. */
  keys(): Promise<K[]> {
    return this.#ref.request("list keys of dict", "keys");
  }

  /** Its values, in the order of their keys. */
  values(): Promise<V[]> {
    return this.#ref.request("list values of dict", "values");
  }

  /** Its keys, each with its value. */
  async entries(): Promise<[K, V][]> {
    const flat: unknown[] = await this.#ref.request("list entries of dict", "entries");
    return Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at], flat[2 * at + 1]] as [K, V]);
  }

  /** Sets many at once: nobody sees some of them without the others. */
  update(entries: DictEntries<K, V>): Promise<void> {
    return rejectOnThrow(() =>
      this.#ref.perform("update dict", "update", { value: encodeEntries(entriesOf(entries)) })
    );
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
      throw rangeError("Cannot pop from dict: the key is not there");
    };
    return rejectOnThrow(() =>
      this.#ref.request("pop from dict", "pop", { value: encodeKey(key), onTimeout: late, hasEffect: true })
    );
  }

  /** The value of a key, which is set to `value` when it is not there. */
  setDefault(key: K, value: V): Promise<V> {
    const entry = () => encodeEntries([[key, value]]);
    return rejectOnThrow(() => this.#ref.request("set in dict", "setDefault", { value: entry(), hasEffect: true }));
  }

  /** Goes over the entries as they are now. */
  async *[Symbol.asyncIterator](): AsyncIterator<[K, V]> {
    yield* await this.entries();
  }
}

function encodeKey(key: unknown): Encoded {
  return encodeValueKey(key, "key");
}

/** Calls, and turns what the call throws into a rejection: methods of proxies reject wrong arguments. */
export function rejectOnThrow<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call();
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Keys and values alternately, each encoded on its own. */
export function encodeEntries(entries: Iterable<readonly [unknown, unknown]>): Encoded {
  const parts: Encoded[] = [];
  for (const [key, value] of entries) parts.push(encodeValueKey(key, "key"), encode(value, "value"));
  return joinEncoded(parts, "entries");
}

/** The pairs of what a dict is filled from. @throws {TypeError} it is neither pairs nor an object */
export function entriesOf(given: unknown): Iterable<readonly [unknown, unknown]> {
  if (typeof given !== "object" || given === null) {
    throw typeError("Cannot fill dict: the entries are neither pairs nor an object");
  }
  if (!(Symbol.iterator in given)) return Object.entries(given);
  return Array.from(given as Iterable<unknown>, (pair) => {
    if (Array.isArray(pair) && pair.length === 2) return pair as unknown as [unknown, unknown];
    throw typeError("Cannot fill dict: an entry is no pair of a key and a value");
  });
}

async function loadDictState(): Promise<StateFactory> {
  const { DictState } = await loadPart(import.meta.url, () => import("./dict_state.ts"));
  return { create: () => new DictState() };
}

shareable("dict", DictProxy, loadDictState);
