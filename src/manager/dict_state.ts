/**
 * A dict, or a namespace, in the process of its owner: encoded keys and values, in
 * the order in which the keys were first set. The other side is `dict_proxy.ts`, or
 * `namespace_proxy.ts`.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import type { ObjectState, Operation } from "../remote/operation.ts";
import { valueKey } from "./value_key.ts";

interface DictItem {
  readonly key: EncodedValue;
  value: EncodedValue;
}

export class DictState implements ObjectState {
  readonly #items = new Map<string, DictItem>();

  describe(): object {
    return { size: this.#items.size };
  }

  perform(operation: Operation): void {
    const items = this.#items;
    switch (operation.act) {
      case "get": {
        const item = items.get(valueKey(operationValue(operation)));
        return item === undefined ? operation.lapse() : operation.settle(item.value);
      }
      case "has":
        return operation.settle(items.has(valueKey(operationValue(operation))));
      case "set":
      case "update":
        this.#update(operationValue(operation).parts());
        return operation.settle();
      case "setDefault": {
        const [key, value] = operationValue(operation).parts();
        if (!items.has(valueKey(key!))) this.#update([key!, value!]);
        return operation.settle(items.get(valueKey(key!))!.value);
      }
      case "delete":
        return operation.settle(items.delete(valueKey(operationValue(operation))));
      case "pop": {
        const key = valueKey(operationValue(operation));
        const item = items.get(key);
        if (item === undefined) return operation.lapse();
        items.delete(key);
        return operation.settle(item.value);
      }
      case "clear":
        items.clear();
        return operation.settle();
      case "size":
        return operation.settle(items.size);
      case "keys":
        return operation.settle(EncodedValue.list(Array.from(items.values(), ({ key }) => key)));
      case "values":
        return operation.settle(EncodedValue.list(Array.from(items.values(), ({ value }) => value)));
      case "entries":
        return operation.settle(EncodedValue.list([...items.values()].flatMap(({ key, value }) => [key, value])));
      default:
        throw new ProtocolError(`Cannot ${operation.act}: a dict does not know how`);
    }
  }

  #update(parts: EncodedValue[]): void {
    if (parts.length % 2 !== 0) throw new ProtocolError("Cannot update dict: a key has no value");
    for (let at = 0; at < parts.length; at += 2) {
      const key = valueKey(parts[at]!);
      const value = parts[at + 1]!.keep();
      const item = this.#items.get(key);
      if (item === undefined) this.#items.set(key, { key: parts[at]!.keep(), value });
      else item.value = value;
    }
  }
}

/** The value that came with an operation. @throws {ProtocolError} nothing did */
export function operationValue({ act, value }: Operation): EncodedValue {
  if (value === null) throw new ProtocolError(`Cannot ${act}: there is no value`);
  return value;
}
