/**
 * A shared array where it lives. Callers' side: `shared_array.ts`.
 *
 * @module
 */
import { rangeError } from "../error_stack.ts";
import { ProtocolError } from "../errors.ts";
import type { ObjectState, Operation } from "../remote/operation.ts";
import { checkCode, fitted, restored, type Scalar } from "./typecode.ts";

/** What holds items of each typecode: no more memory than they need. */
const STORES = {
  b: Int8Array,
  B: Uint8Array,
  h: Int16Array,
  H: Uint16Array,
  i: Int32Array,
  I: Uint32Array,
  l: Float64Array,
  L: Float64Array,
  q: BigInt64Array,
  Q: BigUint64Array,
  f: Float32Array,
  d: Float64Array,
  "?": Uint8Array,
} as const;

export class SharedArrayState implements ObjectState {
  readonly #code: string;
  readonly #items: {
    [index: number]: number | bigint;
    length: number;
    slice(start: number, end: number): Iterable<unknown>;
  };

  /** @param content how many items, or the items as `plain()` of `typecode.ts` makes them */
  constructor(code: string, content: unknown) {
    checkCode(code, "make shared array");
    this.#code = code;
    const length = Array.isArray(content) ? content.length : content;
    if (!Number.isSafeInteger(length)) throw new ProtocolError("Cannot make shared array: its length is no number");
    this.#items = new STORES[code](length as number);
    if (Array.isArray(content)) content.forEach((item, at) => this.#set(at, restored(code, item), "make shared array"));
  }

  describe(): object {
    return { typecode: this.#code, length: this.#items.length };
  }

  perform(operation: Operation): void {
    const { act, args, value } = operation;
    switch (act) {
      case "get":
        return operation.settle(this.#read(this.#items[this.#checked(args[0])]));
      case "set":
        this.#set(this.#checked(args[0]), value?.decode(), "set item of shared array");
        return operation.settle();
      case "slice": {
        const part = this.#items.slice(args[0] as number, args[1] as number);
        return operation.settle(Array.from(part, (item) => this.#read(item)));
      }
      default:
        throw new ProtocolError(`Cannot ${act}: a shared array does not know how`);
    }
  }

  #read(item: unknown): unknown {
    return this.#code === "?" ? item === 1 : item;
  }

  #set(index: number, value: unknown, act: string): void {
    const held: Scalar = fitted(this.#code, value, act);
    this.#items[index] = typeof held === "boolean" ? Number(held) : held;
  }

  #checked(index: unknown): number {
    if (Number.isInteger(index) && (index as number) >= 0 && (index as number) < this.#items.length) {
      return index as number;
    }
    throw rangeError("Cannot use shared array: there is no such index");
  }
}
