/**
 * What every process with shared objects has of its own accord: it makes objects
 * that others want to live here, says where those are whom it knows by name, and
 * answers who wants to know whether all that it said was heard.
 *
 * @module
 */
import { ConnectError, ProtocolError } from "../errors.ts";
import { FailedObject, isForeignId } from "./pending_object.ts";
import { locationOf } from "./manager_locations.ts";
import { hasObject, putObject } from "./object_table.ts";
import { type ObjectState, Operation } from "./operation.ts";

/** Makes an object that lives here, and fills it before anybody can use it. */
type Inhabit = (kind: string, id: string, args: readonly unknown[], fill: (object: ObjectState) => void) => void;

export class ObjectFactory implements ObjectState {
  readonly #inhabit: Inhabit;

  constructor(inhabit: Inhabit) {
    this.#inhabit = inhabit;
  }

  perform(turn: Operation): void {
    const { act, args } = turn;
    if (act === "make") return this.#make(turn);
    if (act === "ping") return turn.settle();
    if (act !== "locate") throw new ProtocolError(`Cannot ${act}: a directory does not know how`);
    const where = locationOf(args[0] as string);
    if (where === undefined) throw new ConnectError("Cannot use shared object: the process that owns it is gone", "");
    where.then((place) => turn.settle(place), (error) => turn.fail(error));
  }

  #make(turn: Operation): void {
    const [kind, id, content, ...args] = turn.args;
    if (typeof kind !== "string" || typeof id !== "string" || !isForeignId(id) || hasObject(id)) {
      throw new ProtocolError("Cannot make shared object: that is no number of a new one");
    }
    try {
      this.#inhabit(kind, id, args, (object) => {
        if (content !== null) object.perform(new Filling(turn, content as string));
      });
    } catch (error) {
      putObject(id, new FailedObject(error)); // who uses it is told
      throw error;
    }
    if (content === null) turn.settle();
  }
}

/** The first act on an object: its making is done when that is. */
class Filling extends Operation {
  readonly #making: Operation;

  constructor(making: Operation, act: string) {
    super(making.client, act, [], making.value, true);
    this.#making = making;
  }

  settle(): void {
    this.#making.settle();
  }

  fail(error: unknown): void {
    this.#making.fail(error);
  }

  lapse(): void {
    this.fail(new ProtocolError(`Cannot ${this.act}: a new object cannot be filled with that`));
  }
}
