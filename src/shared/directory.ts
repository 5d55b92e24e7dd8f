/**
 * What every process with shared objects has of its own accord: it makes objects
 * that others want to live here, says where those are whom it knows by name, and
 * answers who wants to know whether all that it said was heard.
 *
 * @module
 */
import { ConnectError, ProtocolError } from "../errors.ts";
import { Failed, isForeign } from "./coming.ts";
import { whereIs } from "./places.ts";
import { isSettled, settle } from "./residency.ts";
import type { Resident, Turn } from "./turn.ts";

export class Directory implements Resident {
  readonly #inhabit: (kind: string, id: string, args: readonly unknown[]) => void;

  /** @param inhabit makes an object that lives here */
  constructor(inhabit: (kind: string, id: string, args: readonly unknown[]) => void) {
    this.#inhabit = inhabit;
  }

  act(turn: Turn): void {
    const { act, args } = turn;
    if (act === "make") {
      const [kind, id, ...rest] = args;
      if (typeof kind !== "string" || typeof id !== "string" || !isForeign(id) || isSettled(id)) {
        throw new ProtocolError("Cannot make shared object: that is no number of a new one");
      }
      try {
        this.#inhabit(kind, id, rest);
      } catch (error) {
        settle(id, new Failed(error)); // who uses it is told
        throw error;
      }
      return turn.settle();
    }
    if (act === "greet") return turn.settle();
    if (act !== "locate") throw new ProtocolError(`Cannot ${act}: a directory does not know how`);
    const where = whereIs(args[0] as string);
    if (where === undefined) throw new ConnectError("Cannot use shared object: the process that owns it is gone", "");
    where.then((place) => turn.settle(place), (error) => turn.fail(error));
  }
}
