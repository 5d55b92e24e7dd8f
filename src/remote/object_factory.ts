/**
 * What every process with shared objects has of its own accord: it makes objects
 * that others want to live here, says where those are whom it knows by name, and
 * answers who wants to know whether all that it said was heard.
 *
 * @module
 */
import { ConnectError, ProtocolError } from "../errors.ts";
import { Failed, isForeign } from "./pending_object.ts";
import { whereIs } from "./manager_locations.ts";
import { isSettled, settle } from "./object_table.ts";
import { type Resident, Turn } from "./operation.ts";

/** Makes an object that lives here, and fills it before anybody can use it. */
type Inhabit = (kind: string, id: string, args: readonly unknown[], fill: (object: Resident) => void) => void;

export class Directory implements Resident {
  readonly #inhabit: Inhabit;

  constructor(inhabit: Inhabit) {
    this.#inhabit = inhabit;
  }

  act(turn: Turn): void {
    const { act, args } = turn;
    if (act === "make") return this.#make(turn);
    if (act === "greet") return turn.settle();
    if (act !== "locate") throw new ProtocolError(`Cannot ${act}: a directory does not know how`);
    const where = whereIs(args[0] as string);
    if (where === undefined) throw new ConnectError("Cannot use shared object: the process that owns it is gone", "");
    where.then((place) => turn.settle(place), (error) => turn.fail(error));
  }

  #make(turn: Turn): void {
    const [kind, id, content, ...args] = turn.args;
    if (typeof kind !== "string" || typeof id !== "string" || !isForeign(id) || isSettled(id)) {
      throw new ProtocolError("Cannot make shared object: that is no number of a new one");
    }
    try {
      this.#inhabit(kind, id, args, (object) => {
        if (content !== null) object.act(new Filling(turn, content as string));
      });
    } catch (error) {
      settle(id, new Failed(error)); // who uses it is told
      throw error;
    }
    if (content === null) turn.settle();
  }
}

/** The first act on an object: its making is done when that is. */
class Filling extends Turn {
  readonly #making: Turn;

  constructor(making: Turn, act: string) {
    super(making.party, act, [], making.cargo, true);
    this.#making = making;
  }

  settle(): void {
    this.#making.settle();
  }

  fail(error: unknown): void {
    this.#making.fail(error);
  }

  pass(): void {
    this.fail(new ProtocolError(`Cannot ${this.act}: a new object cannot be filled with that`));
  }
}
