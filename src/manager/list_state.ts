/**
 * A list where it lives: its items as they came, which only sorting decodes.
 * Callers' side: `list_proxy.ts`.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import type { ObjectState, Operation } from "../remote/operation.ts";
import { cargoOf } from "./dict_state.ts";
import { valueKey } from "./value_key.ts";
import { compare } from "./sort_order.ts";

export class ListState implements ObjectState {
  #items: EncodedValue[] = [];

  perform(turn: Operation): void {
    const items = this.#items;
    const [first, second] = turn.args as (number | undefined)[];
    switch (turn.act) {
      case "get": {
        const item = items.at(first!);
        return item === undefined ? turn.lapse() : turn.settle(item);
      }
      case "set":
        items[this.#index(first!, "set in list")] = cargoOf(turn).stay();
        return turn.settle();
      case "push":
        for (const part of arrived(turn)) items.push(part);
        return turn.settle(items.length);
      case "pop": {
        if (first === undefined && items.length === 0) return turn.lapse();
        return turn.settle(items.splice(this.#index(first ?? -1, "pop from list"), 1)[0]);
      }
      case "insert":
        items.splice(first!, 0, cargoOf(turn).stay());
        return turn.settle();
      case "remove": {
        const index = this.#find(turn, 0);
        if (index === -1) throw new RangeError("Cannot remove from list: the item is not there");
        items.splice(index, 1);
        return turn.settle();
      }
      case "length":
        return turn.settle(items.length);
      case "indexOf":
        return turn.settle(this.#find(turn, first ?? 0));
      case "slice":
        return turn.settle(EncodedValue.list(items.slice(first ?? 0, second ?? undefined)));
      case "splice":
        return turn.settle(EncodedValue.list(this.#splice(first!, second ?? undefined, arrived(turn))));
      case "sort":
        this.#items = sorted(items);
        return turn.settle();
      case "reverse":
        items.reverse();
        return turn.settle();
      default:
        throw new ProtocolError(`Cannot ${turn.act}: a list does not know how`);
    }
  }

  /** The place of an item, counted from the end when it is negative. @throws {RangeError} there is none */
  #index(index: number, act: string): number {
    const { length } = this.#items;
    const place = index < 0 ? length + index : index;
    if (Number.isInteger(place) && place >= 0 && place < length) return place;
    throw new RangeError(`Cannot ${act}: it has ${length} items, and none at ${index}`);
  }

  #find(turn: Operation, from: number): number {
    const key = valueKey(cargoOf(turn));
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
function arrived(turn: Operation): EncodedValue[] {
  return cargoOf(turn).parts().map((part) => part.stay());
}

function sorted(items: readonly EncodedValue[]): EncodedValue[] {
  const opened = items.map((item) => ({ item, value: item.open() }));
  return opened.sort((one, other) => compare(one.value, other.value)).map(({ item }) => item);
}
