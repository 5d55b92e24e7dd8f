/**
 * Starts the process of a manager, and says what that process is told. Loaded with
 * every program that has managers, so it does not load the connection to one:
 * that is `manager_process.ts`.
 *
 * @module
 */
import { encode } from "../codec/codec.ts";
import type { FunctionRef } from "../function/function_ref.ts";
import { addChild } from "../process/process_table.ts";
import { spawnChild } from "../process/spawn.ts";
import type { Child } from "../runtime/adapter.ts";
import { ownIdentity } from "../runtime/process_info.ts";
import type { ServiceAddress } from "../transport/server.ts";
import { server } from "../transport/server.ts";
import type { TypeRegistration } from "./registry.ts";

/** An address at which other programs reach a manager, and the key (hex) that they must know. */
export interface PublicEndpoint {
  readonly address: string;
  readonly key: string;
}

/** What the process of a manager is told: the payload of its boot message. */
export interface ManagerParameters {
  /** Name by which this program's processes ask for its objects. */
  readonly id: string;
  /** Null: it is reached by this program only. */
  readonly endpoint: PublicEndpoint | null;
  /** What was registered when it was started. */
  readonly types: readonly {
    readonly name: string;
    readonly functionRef: FunctionRef;
    readonly exposed: readonly string[] | null;
  }[];
}

/** A manager's process that was started. */
export interface SpawnedManager {
  readonly child: Child;
  /** The service of this process that it calls. */
  readonly service: ServiceAddress;
  readonly id: string;
}

let managerCount = 0;

/**
 * Starts the process; it exists on return.
 *
 * @throws {SpawnError} the runtime could not start it
 * @throws {ConnectError} this process may not listen for others
 */
export function spawnManager(
  givenName: string | undefined,
  endpoint: PublicEndpoint | null,
  registrations: readonly TypeRegistration[],
): SpawnedManager {
  const service = { ...server(), token: crypto.getRandomValues(new Uint8Array(32)).toHex() };
  const number = ++managerCount;
  const name = givenName ?? `Manager-${number}`;
  const id = crypto.randomUUID();
  const types = registrations.map(({ name, functionRef, exposed }) => ({ name, functionRef, exposed }));
  const child = spawnChild({
    kind: "manager",
    name,
    path: [...ownIdentity().path, number],
    daemon: true,
    functionRef: null,
    isSubclass: false,
    payload: encode({ id, endpoint, types } satisfies ManagerParameters, "parameters"),
    moreFunctions: types.map(({ functionRef }) => functionRef),
    service,
    ...endpoint !== null && { listensAt: endpoint.address },
    cleansUp: endpoint?.address.startsWith("unix:") === true,
  });
  child.unref();
  addChild(child, "manager", name);
  return { child, service, id };
}
