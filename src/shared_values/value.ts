/**
 * `Value`: one number, bigint or boolean that several processes share, as in
 * Python's `multiprocessing`. What it is where it lives is `value_state.ts`.
 *
 * @module
 */
import { encode } from "../codec/codec.ts";
import { lockOf, type RLock } from "../synchronize/lock.ts";
import type { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { refOf } from "../remote/object_registry.ts";
import { loadPart } from "../runtime/load_part.ts";
import { checkCode, fitted, plain, type ScalarOf, type Typecode, type TypecodeOf, zeroOf } from "./typecode.ts";

/**
 * A number, bigint or boolean that several processes share.
 *
 * It lives in the process that made it, which does one thing after the other:
 * each `get()`, `set()` and `add()` is whole, and no two that add lose anything.
 * When that process is gone, every use rejects with {@linkcode ConnectError}.
 *
 * Python's `multiprocessing.Value`, but what does not fit is refused, where
 * Python wraps it silently, there is `add()`, where `+=` in Python needs the lock,
 * and nothing waits for the lock but who acquires it.
 *
 * @typeParam T what it holds, as its typecode says
 * @typeParam C its typecode
 *
 * @example A counter
 * ```ts
 * import { Process, Value } from "@brood/multiprocessing";
 *
 * export async function count(counter: Value) {
 *   for (let n = 0; n < 100; n++) await counter.add(1);
 * }
 *
 * if (import.meta.main) {
 *   const counter = new Value("i");
 *   const children = [1, 2].map(() => new Process({ target: count, args: [counter] }).start());
 *   for (const child of children) await child.join();
 *   console.log(await counter.get()); // 200
 * }
 * ```
 */
export class Value<T extends ScalarOf<C> = number, C extends Typecode = Typecode> {
  readonly #ref: ObjectRef;
  readonly #code: Typecode;

  /**
   * Makes a value that lives in this process.
   *
   * @param typecode what it holds: see {@linkcode Typecode}
   * @param initial what it is at first; absent: 0, 0n or false
   * @throws {TypeError} there is no such typecode, or `initial` is of another kind
   * @throws {RangeError} `initial` is out of the typecode's range
   * @throws {ConnectError} this process may not listen for others
   */
  constructor(typecode: C & TypecodeOf<T>, initial?: NoInfer<T>) {
    const act = "make value";
    checkCode(typecode, act);
    const first = initial === undefined ? zeroOf(typecode) : fitted(typecode, initial, act);
    this.#code = typecode;
    this.#ref = refOf(this, "Value", [typecode, plain(first)], [typecode]);
  }

  /** What it is now. @throws {ConnectError} the process that owns it is gone */
  get(): Promise<T> {
    return this.#ref.request("get value", "get");
  }

  /**
   * Makes it another.
   *
   * @throws {TypeError} `value` is of another kind than the typecode
   * @throws {RangeError} `value` is out of the typecode's range; it stays what it was
   */
  async set(value: T): Promise<void> {
    await this.#ref.perform("set value", "set", { value: encode(fitted(this.#code, value, "set value"), "value") });
  }

  /**
   * Adds to it, at one stroke.
   *
   * @param amount may be negative
   * @returns what it is then
   * @throws {TypeError} `amount` is of another kind than the typecode, or that is `?`
   * @throws {RangeError} the sum is out of the typecode's range; it stays what it was
   */
  async add(amount: T): Promise<T> {
    return await this.#ref.request("add to value", "add", { value: encode(amount, "amount"), hasEffect: true });
  }

  /**
   * A lock that belongs to it, the same one in all processes, for what takes several steps.
   *
   * Each step is whole without it, and does not wait for who holds it: it keeps those out who acquire it as well.
   */
  getLock(): RLock {
    return lockOf(this.#ref);
  }
}

async function loadValueState(): Promise<StateFactory> {
  const [{ ValueState }, { LockState }] = await Promise.all([
    loadPart(import.meta.url, () => import("./value_state.ts")),
    loadPart(import.meta.url, () => import("../synchronize/lock_state.ts")),
  ]);
  return {
    create: (code: string, initial: unknown) => new ValueState(code, initial),
    createLock: () => new LockState(true),
  };
}

shareable("Value", Value, loadValueState);
