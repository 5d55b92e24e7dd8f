/**
 * A set in the process of its owner: encoded members, in the order in which they
 * were added. The other side is `set_proxy.ts`.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import type { ObjectState, Operation } from "../remote/operation.ts";
import { operationValue } from "./dict_state.ts";
import { valueKey } from "./value_key.ts";

export class SetState implements ObjectState {
  readonly #members = new Map<string, EncodedValue>();

  describe(): object {
    return { size: this.#members.size };
  }

  perform(operation: Operation): void {
    const members = this.#members;
    switch (operation.act) {
      case "add":
        for (const [key, member] of keyed(operation)) if (!members.has(key)) members.set(key, member.keep());
        return operation.settle();
      case "has":
        return operation.settle(members.has(valueKey(operationValue(operation))));
      case "delete":
        return operation.settle(members.delete(valueKey(operationValue(operation))));
      case "clear":
        members.clear();
        return operation.settle();
      case "size":
        return operation.settle(members.size);
      case "values":
        return operation.settle(EncodedValue.list([...members.values()]));
      case "union":
        return operation.settle(EncodedValue.list([...new Map([...members, ...keyed(operation)]).values()]));
      case "intersection":
        return operation.settle(this.#those(keyed(operation), true));
      case "difference":
        return operation.settle(this.#those(keyed(operation), false));
      default:
        throw new ProtocolError(`Cannot ${operation.act}: a set does not know how`);
    }
  }

  /** Its members that are, or are not, among others. */
  #those(others: Map<string, EncodedValue>, areIn: boolean): EncodedValue {
    return EncodedValue.list([...this.#members].flatMap(([key, member]) => others.has(key) === areIn ? [member] : []));
  }
}

/** The list that came with an act, without those that are there twice. */
function keyed(operation: Operation): Map<string, EncodedValue> {
  return new Map(operationValue(operation).parts().map((part) => [valueKey(part), part]));
}
