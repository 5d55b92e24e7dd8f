/**
 * The sessions of this process with the owners of shared objects, one for each
 * location. Opened at the first call, forgotten when they end.
 *
 * @module
 */
import { onBeforeReply, onExit } from "../runtime/exit_hooks.ts";
import { isOwnAddress, type ServerAddress } from "../transport/server.ts";
import { performLocally } from "./local_operation.ts";
import { FACTORY_ID, type Location } from "./location.ts";
import { objectById } from "./object_table.ts";
import { OwnerSession } from "./owner_session.ts";
import { DEFAULT_PARAMETERS } from "./pending_call.ts";

const sessions = new Map<string, OwnerSession>();

/** The session with the process in which the objects of that location live. */
export function sessionWith(where: Location): OwnerSession {
  const name = where.join(" ");
  let known = sessions.get(name);
  if (known === undefined) {
    sessions.set(
      name,
      known = new OwnerSession(where, addressOfOwner(where), () => sessions.delete(name)),
    );
  }
  return known;
}

/** The address of that process: of one that is known by name, the process that knows the name is asked. */
async function addressOfOwner([address, key, name]: Location): Promise<ServerAddress> {
  if (name === undefined) return { address, key };
  const parameters = { ...DEFAULT_PARAMETERS, id: FACTORY_ID, act: "locate", args: [name] };
  const isHere = isOwnAddress(address);
  const { outcome } = isHere
    ? performLocally(objectById(FACTORY_ID), "locate", [name], null, false, {})
    : sessionWith([address, key]).request(parameters);
  const [found, itsKey] = await outcome.promise as Location;
  return { address: found, key: itsKey };
}

/** Settles when everything that this process does to objects of others has arrived there. */
async function delivered(): Promise<void> {
  for (const each of sessions.values()) await each.delivered();
}

onExit(delivered);
onBeforeReply(() => {
  const waits = [...sessions.values()].flatMap((each) => each.seen() ?? []);
  return waits.length === 0 ? null : Promise.all(waits).then(() => {});
});
