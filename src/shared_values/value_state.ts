/**
 * A value where it lives. Callers' side: `value.ts`.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import type { ObjectState, Operation } from "../remote/operation.ts";
import { checkCode, fitted, restored, type Scalar, sum } from "./typecode.ts";

export class ValueState implements ObjectState {
  readonly #code: string;
  #value: Scalar;

  /** @param initial as `plain()` of `typecode.ts` makes it */
  constructor(code: string, initial: unknown) {
    checkCode(code, "make value");
    this.#code = code;
    this.#value = fitted(code, restored(code, initial), "make value");
  }

  describe(): object {
    return { typecode: this.#code, value: this.#value };
  }

  perform(operation: Operation): void {
    const { act, value } = operation;
    switch (act) {
      case "get":
        return operation.settle(this.#value);
      case "set":
        this.#value = fitted(this.#code, value?.decode(), "set value");
        return operation.settle();
      case "add":
        this.#value = sum(this.#code, this.#value, value?.decode(), "add to value");
        return operation.settle(this.#value);
      default:
        throw new ProtocolError(`Cannot ${act}: a value does not know how`);
    }
  }
}
