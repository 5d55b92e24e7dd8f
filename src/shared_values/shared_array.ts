/**
 * `SharedArray`: numbers, bigints or booleans in a row that several processes
 * share, as Python's `multiprocessing.Array`. What it is where it lives is
 * `shared_array_state.ts`.
 *
 * @module
 */
import { rangeError, typeError } from "../error_stack.ts";
import { encode } from "../codec/codec.ts";
import { lockOf, type RLock } from "../synchronize/lock.ts";
import type { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { refOf } from "../remote/object_registry.ts";
import { loadPart } from "../runtime/load_part.ts";
import { checkCode, fitted, plain, type ScalarOf, type Typecode, type TypecodeOf } from "./typecode.ts";

/**
 * An array of fixed length that several processes share.
 *
 * It lives in the process that made it, which does one thing after the other:
 * each `get()`, `set()` and `slice()` is whole. When that process is gone, every
 * use rejects with {@linkcode ConnectError}. Large data that many read and write
 * is better off in a {@linkcode SharedMemory}.
 *
 * Python's `multiprocessing.Array`, but what does not fit is refused, where
 * Python wraps it silently, and indices do not count from the end.
 *
 * @typeParam T what it holds, as its typecode says
 * @typeParam C its typecode
 *
 * @example Each process fills its place
 * ```ts
 * import { Process, SharedArray } from "@brood/multiprocessing";
 *
 * export async function square(array: SharedArray, at: number) {
 *   await array.set(at, at * at);
 * }
 *
 * if (import.meta.main) {
 *   const array = new SharedArray("i", 3);
 *   const children = [0, 1, 2].map((at) => new Process({ target: square, args: [array, at] }).start());
 *   for (const child of children) await child.join();
 *   console.log(await array.slice()); // [0, 1, 4]
 * }
 * ```
 */
export class SharedArray<T extends ScalarOf<C> = number, C extends Typecode = Typecode> {
  readonly #ref: ObjectRef;
  readonly #code: Typecode;
  /** How many items it has; never another number. */
  readonly length: number;

  /**
   * Makes an array that lives in this process.
   *
   * @param typecode what it holds: see {@linkcode Typecode}
   * @param sizeOrItems how many items it has, of 0, 0n or false; or the items
   * @throws {TypeError} there is no such typecode, or an item is of another kind
   * @throws {RangeError} the size is no length that an array can have, or an item is out of the typecode's range
   * @throws {ConnectError} this process may not listen for others
   */
  constructor(typecode: C & TypecodeOf<T>, sizeOrItems: number | readonly NoInfer<T>[] | Iterable<NoInfer<T>>) {
    const act = "make shared array";
    checkCode(typecode, act);
    const content = typeof sizeOrItems === "number"
      ? checkedSize(sizeOrItems)
      : Array.from(checkedItems(sizeOrItems), (item) => plain(fitted(typecode, item, act)));
    this.#code = typecode;
    this.length = typeof content === "number" ? content : content.length;
    this.#ref = refOf(this, "SharedArray", [typecode, content], [typecode, this.length]);
  }

  /** The item at an index. @throws {RangeError} there is no such index */
  async get(index: number): Promise<T> {
    this.#check(index, "get item of shared array");
    return await this.#ref.request("get item of shared array", "get", { args: [index] });
  }

  /**
   * Makes the item at an index another.
   *
   * @throws {TypeError} `value` is of another kind than the typecode
   * @throws {RangeError} there is no such index, or `value` is out of the typecode's range
   */
  async set(index: number, value: T): Promise<void> {
    const act = "set item of shared array";
    this.#check(index, act);
    await this.#ref.perform(act, "set", { args: [index], value: encode(fitted(this.#code, value, act), "value") });
  }

  /**
   * A copy of a part, all at one moment.
   *
   * @param start as in `Array.prototype.slice`: negative counts from the end; absent: from the start
   * @param end index after the last item, likewise; absent: to the end
   */
  slice(start?: number, end?: number): Promise<T[]> {
    return this.#ref.request("slice shared array", "slice", { args: [whole(start ?? 0), whole(end ?? this.length)] });
  }

  /**
   * A lock that belongs to it, the same one in all processes, for what takes several steps.
   *
   * Each step is whole without it, and does not wait for who holds it: it keeps those out who acquire it as well.
   */
  getLock(): RLock {
    return lockOf(this.#ref);
  }

  #check(index: number, act: string): void {
    if (Number.isInteger(index) && index >= 0 && index < this.length) return;
    throw rangeError(`Cannot ${act}: ${String(index)} is not from 0 to ${this.length - 1}`);
  }
}

/** The most items that an array can have. */
const MAX_ITEMS = 2 ** 32 - 1;

function checkedSize(size: number): number {
  if (Number.isInteger(size) && size >= 0 && size <= MAX_ITEMS) return size;
  throw rangeError(`Cannot make shared array: ${size} is no length of an array`);
}

function checkedItems<T>(items: Iterable<T>): Iterable<T> {
  if (typeof items === "object" && items !== null && Symbol.iterator in items) return items;
  throw typeError("Cannot make shared array: neither a size nor items are given");
}

/** As `slice` reads it, and as JSON has it. */
function whole(index: number): number {
  const cut = Math.trunc(Number(index)) || 0;
  return Math.max(-MAX_ITEMS, Math.min(MAX_ITEMS, cut));
}

async function loadSharedArrayState(): Promise<StateFactory> {
  const [{ SharedArrayState }, { LockState }] = await Promise.all([
    loadPart(import.meta.url, () => import("./shared_array_state.ts")),
    loadPart(import.meta.url, () => import("../synchronize/lock_state.ts")),
  ]);
  return {
    create: (code: string, content: unknown) => new SharedArrayState(code, content),
    createLock: () => new LockState(true),
  };
}

shareable("SharedArray", SharedArray, loadSharedArrayState);
