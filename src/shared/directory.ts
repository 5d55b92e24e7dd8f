/**
 * What every process with shared objects has of its own accord: it makes objects
 * that others want to live here, says where those are whom it knows by name, and
 * answers who wants to know whether all that it said was heard.
 *
 * @module
 */
import { ConnectError, ProtocolError } from "../errors.ts";
import { isSettled } from "./server.ts";
import type { Resident, Turn } from "./turn.ts";
import type { Where } from "./where.ts";

/** Numbers that other processes give: none that this one gives itself. */
const UNIQUE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const places = new Map<string, Promise<Where>>();

/** From now on callers who ask for `name` are told to go there; they wait until it is known. */
export function introduce(name: string, where: Promise<Where>): void {
  places.set(name, where);
  where.catch(() => {}); // those who ask are told
}

/** Nobody goes by that name any longer. */
export function disown(name: string): void {
  places.delete(name);
}

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
      if (typeof kind !== "string" || typeof id !== "string" || !UNIQUE.test(id) || isSettled(id)) {
        throw new ProtocolError("Cannot make shared object: that is no number of a new one");
      }
      this.#inhabit(kind, id, rest);
      return turn.settle();
    }
    if (act === "greet") return turn.settle();
    if (act !== "locate") throw new ProtocolError(`Cannot ${act}: a directory does not know how`);
    const where = places.get(args[0] as string);
    if (where === undefined) throw new ConnectError("Cannot use shared object: the process that owns it is gone", "");
    where.then((place) => turn.settle(place), (error) => turn.fail(error));
  }
}
