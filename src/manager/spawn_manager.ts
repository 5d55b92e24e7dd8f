/**
 * The start of a manager's process.
 *
 * @module
 */
import type { Child } from "../runtime/adapter.ts";
import { encode } from "../codec/codec.ts";
import { server } from "../transport/server.ts";
import { ownIdentity } from "../runtime/process_info.ts";
import { spawnChild } from "../process/spawn.ts";
import type { ServiceAddress } from "../transport/client.ts";
import { addChild } from "../process/process_table.ts";
import type { ManagerParameters } from "./orders.ts";
import type { Registration } from "./registry.ts";

let started = 0;

/**
 * Starts it; it exists on return.
 *
 * @throws {SpawnError} the runtime could not start it
 * @throws {ConnectError} this process may not listen for others
 */
export function spawnManager(
  given: string | undefined,
  gate: ManagerParameters["gate"],
  registrations: readonly Registration[],
): { child: Child; link: ServiceAddress; id: string } {
  const link = { ...server(), token: crypto.getRandomValues(new Uint8Array(32)).toHex() };
  const number = ++started;
  const name = given ?? `Manager-${number}`;
  const id = crypto.randomUUID();
  const types = registrations.map(({ name, note, exposed }) => ({ name, note, exposed }));
  const child = spawnChild({
    kind: "manager",
    name,
    path: [...ownIdentity().path, number],
    daemon: true,
    functionRef: null,
    isSubclass: false,
    payload: encode({ id, gate, types } satisfies ManagerParameters, "orders"),
    moreFunctions: types.map(({ note }) => note),
    service: link,
    ...(typeof gate?.address === "string" ? { listensAt: gate.address } : {}),
    cleansUp: gate?.address.startsWith("unix:") === true,
  });
  child.unref();
  addChild(child, "manager", name);
  return { child, link, id };
}
