/**
 * A list in the process of its owner: encoded items, which only sorting decodes.
 * The other side is `list_proxy.ts`.
 *
 * @module
 */
import { rangeError } from "../error_stack.ts";
import { ProtocolError } from "../errors.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import type { ObjectState, Operation } from "../remote/operation.ts";
import { operationValue } from "./dict_state.ts";
import { valueKey } from "./value_key.ts";
import { compare } from "./sort_order.ts";

export class ListState implements ObjectState {
  #items: EncodedValue[] = [];

  describe(): object {
    return { length: this.#items.length };
  }

  perform(operation: Operation): void {
    const items = this.#items;
    const [first, second] = operation.args as (number | undefined)[];
    switch (operation.act) {
      case "get": {
        const item = items.at(first!);
        return item === undefined ? operation.lapse() : operation.settle(item);
      }
      case "set":
        items[this.#index(first!, "set in list")] = operationValue(operation).keep();
        return operation.settle();
      case "push":
        for (const part of arrived(operation)) items.push(part);
        return operation.settle(items.length);
      case "pop": {
        if (first === undefined && items.length === 0) return operation.lapse();
        return operation.settle(items.splice(this.#index(first ?? -1, "pop from list"), 1)[0]);
      }
      case "insert":
        items.splice(first!, 0, operationValue(operation).keep());
        return operation.settle();
      case "remove": {
        const index = this.#find(operation, 0);
        if (index === -1) throw rangeError("Cannot remove from list: the item is not there");
        items.splice(index, 1);
        return operation.settle();
      }
      case "length":
        return operation.settle(items.length);
      case "indexOf":
        return operation.settle(this.#find(operation, first ?? 0));
      case "slice":
        return operation.settle(EncodedValue.list(items.slice(first ?? 0, second ?? undefined)));
      case "splice":
        return operation.settle(EncodedValue.list(this.#splice(first!, second ?? undefined, arrived(operation))));
      case "sort":
        this.#items = sorted(items);
        return operation.settle();
      case "reverse":
        items.reverse();
        return operation.settle();
      default:
        throw new ProtocolError(`Cannot ${operation.act}: a list does not know how`);
    }
  }

  /** The place of an item, counted from the end when it is negative. @throws {RangeError} there is none */
  #index(index: number, act: string): number {
    const { length } = this.#items;
    const place = index < 0 ? length + index : index;
    if (Number.isInteger(place) && place >= 0 && place < length) return place;
    throw rangeError(`Cannot ${act}: it has ${length} items, and none at ${index}`);
  }

  #find(operation: Operation, from: number): number {
    const key = valueKey(operationValue(operation));
    const { length } = this.#items;
    const start = Math.max(0, from < 0 ? length + from : from);
    for (let at = start; at < length; at++) if (valueKey(this.#items[at]!) === key) return at;
    return -1;
  }

  /** Not by the array's own, which takes no million of arguments. */
  #splice(start: number, count: number = Infinity, added: EncodedValue[]): EncodedValue[] {
    const items = this.#items;
    const from = start < 0 ? Math.max(0, items.length + start) : Math.min(start, items.length);
    const to = Math.min(items.length, from + Math.max(0, count));
    const removed = items.slice(from, to);
    this.#items = items.slice(0, from).concat(added, items.slice(to));
    return removed;
  }
}

/** The list that came with an act. */
function arrived(operation: Operation): EncodedValue[] {
  return operationValue(operation).parts().map((part) => part.keep());
}

function sorted(items: readonly EncodedValue[]): EncodedValue[] {
  const opened = items.map((item) => ({ item, value: item.decode() }));
  return opened.sort((one, other) => compare(one.value, other.value)).map(({ item }) => item);
}
