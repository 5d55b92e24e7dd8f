/**
 * A dict where it lives, which is also what a namespace is: keys and values as
 * they came, in the order in which the keys were first set. Callers' side:
 * `dict_proxy.ts`, `namespace_proxy.ts`.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import type { ObjectState, Operation } from "../remote/operation.ts";
import { valueKey } from "./value_key.ts";

interface Item {
  readonly key: EncodedValue;
  value: EncodedValue;
}

export class DictState implements ObjectState {
  readonly #items = new Map<string, Item>();

  perform(turn: Operation): void {
    const items = this.#items;
    switch (turn.act) {
      case "get": {
        const item = items.get(valueKey(cargoOf(turn)));
        return item === undefined ? turn.lapse() : turn.settle(item.value);
      }
      case "has":
        return turn.settle(items.has(valueKey(cargoOf(turn))));
      case "set":
      case "update":
        this.#update(cargoOf(turn).parts());
        return turn.settle();
      case "setDefault": {
        const [key, value] = cargoOf(turn).parts();
        if (!items.has(valueKey(key!))) this.#update([key!, value!]);
        return turn.settle(items.get(valueKey(key!))!.value);
      }
      case "delete":
        return turn.settle(items.delete(valueKey(cargoOf(turn))));
      case "pop": {
        const key = valueKey(cargoOf(turn));
        const item = items.get(key);
        if (item === undefined) return turn.lapse();
        items.delete(key);
        return turn.settle(item.value);
      }
      case "clear":
        items.clear();
        return turn.settle();
      case "size":
        return turn.settle(items.size);
      case "keys":
        return turn.settle(EncodedValue.list(Array.from(items.values(), ({ key }) => key)));
      case "values":
        return turn.settle(EncodedValue.list(Array.from(items.values(), ({ value }) => value)));
      case "entries":
        return turn.settle(EncodedValue.list([...items.values()].flatMap(({ key, value }) => [key, value])));
      default:
        throw new ProtocolError(`Cannot ${turn.act}: a dict does not know how`);
    }
  }

  #update(parts: EncodedValue[]): void {
    if (parts.length % 2 !== 0) throw new ProtocolError("Cannot update dict: a key has no value");
    for (let at = 0; at < parts.length; at += 2) {
      const key = valueKey(parts[at]!);
      const value = parts[at + 1]!.stay();
      const item = this.#items.get(key);
      if (item === undefined) this.#items.set(key, { key: parts[at]!.stay(), value });
      else item.value = value;
    }
  }
}

/** What came with an act. @throws {ProtocolError} nothing did */
export function cargoOf({ act, value }: Operation): EncodedValue {
  if (value === null) throw new ProtocolError(`Cannot ${act}: there is no value`);
  return value;
}
