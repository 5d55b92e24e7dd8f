/**
 * A set where it lives: its members as they came, in the order in which they were
 * added. Callers' side: `set_proxy.ts`.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import type { ObjectState, Operation } from "../remote/operation.ts";
import { cargoOf } from "./dict_state.ts";
import { valueKey } from "./value_key.ts";

export class SetState implements ObjectState {
  readonly #members = new Map<string, EncodedValue>();

  perform(turn: Operation): void {
    const members = this.#members;
    switch (turn.act) {
      case "add":
        for (const [key, member] of keyed(turn)) if (!members.has(key)) members.set(key, member.stay());
        return turn.settle();
      case "has":
        return turn.settle(members.has(valueKey(cargoOf(turn))));
      case "delete":
        return turn.settle(members.delete(valueKey(cargoOf(turn))));
      case "clear":
        members.clear();
        return turn.settle();
      case "size":
        return turn.settle(members.size);
      case "values":
        return turn.settle(EncodedValue.list([...members.values()]));
      case "union":
        return turn.settle(EncodedValue.list([...new Map([...members, ...keyed(turn)]).values()]));
      case "intersection":
        return turn.settle(this.#those(keyed(turn), true));
      case "difference":
        return turn.settle(this.#those(keyed(turn), false));
      default:
        throw new ProtocolError(`Cannot ${turn.act}: a set does not know how`);
    }
  }

  /** Its members that are, or are not, among others. */
  #those(others: Map<string, EncodedValue>, areIn: boolean): EncodedValue {
    return EncodedValue.list([...this.#members].flatMap(([key, member]) => others.has(key) === areIn ? [member] : []));
  }
}

/** The list that came with an act, without those that are there twice. */
function keyed(turn: Operation): Map<string, EncodedValue> {
  return new Map(cargoOf(turn).parts().map((part) => [valueKey(part), part]));
}
