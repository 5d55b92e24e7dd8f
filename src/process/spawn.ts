/**
 * Starting a child of the library's: from what it shall be to a running process.
 * The one place where a command is made. Knows neither Process nor Pool.
 *
 * @module
 */
import type { Child, Command, Output, Permissions } from "../runtime/adapter.ts";
import { runtime, thisProcess } from "../runtime/installed.ts";
import { type KeptBoot, writeBoot } from "./boot_message.ts";
import type { Encoded } from "../codec/codec.ts";
import { UnsupportedError } from "../errors.ts";
import { ownIdentity, type ProcessIdentity } from "../runtime/process_info.ts";
import { beforeSpawn } from "./spawn_hook.ts";
import type { ServiceAddress } from "../transport/client.ts";
import { type FunctionRef, modulesOf } from "../function/function_ref.ts";

/** How a child runs, apart from what it runs. */
export interface Setting {
  /** Variables added to the environment that this process has now. */
  env?: Record<string, string>;
  /** Its working directory. */
  cwd?: string;
  /** What it may do, on Deno: `"inherit"` (default), `"none"`, or a set; never more than this process may. */
  permissions?: Permissions;
  /** Arguments for the runtime itself. */
  runtimeArgs?: string[];
}

/** A child to be. */
export interface SpawnPlan extends Setting {
  kind: "process" | "worker" | "manager";
  name: string;
  path: readonly number[];
  daemon: boolean;
  /** What it runs: a function or, with `isSubclass`, the class of a Process; null for nothing. */
  functionRef: FunctionRef | null;
  isSubclass: boolean;
  /** What goes with the function. */
  payload: Encoded;
  /** More functions whose modules the child must be able to import. */
  moreFunctions?: readonly FunctionRef[];
  /** The service of this process that it is to call. */
  service?: ServiceAddress;
  /** Where it is to listen. */
  listensAt?: string;
  /** A daemon that leaves something to clean up: it is not killed at once when its parent dies, but soon. */
  tidies?: boolean;
  stdout?: Output;
  stderr?: Output;
}

/** Where it must be able to listen or connect: at its parent's, and at those of the shared objects that it is given. */
function addressesFor({ service, listensAt, payload }: SpawnPlan): string[] {
  const owners = payload.handles.flatMap(({ addresses }) => addresses);
  return [...new Set([service?.address, listensAt, ...owners])].filter((address) => address !== undefined);
}

/** Starts it. @throws {SpawnError} the runtime could not */
export function spawnChild(plan: SpawnPlan): Child {
  const adapter = runtime();
  if (thisProcess().isCompiled && (plan.runtimeArgs ?? []).length > 0) {
    throw new UnsupportedError(
      "Cannot start process: a compiled program has no arguments for the runtime, leave runtimeArgs out",
      "runtimeArgs",
    );
  }
  const own = ownIdentity();
  const identity: ProcessIdentity = {
    pid: 0,
    kind: plan.kind,
    name: plan.name,
    path: plan.path,
    daemon: plan.daemon,
    parent: { pid: thisProcess().pid, name: own.name },
    main: own.main,
  };
  const watchesParent = plan.daemon && (plan.tidies === true || !adapter.canBindChildren);
  const { functionRef, isSubclass, service, moreFunctions = [] } = plan;
  const boot = writeBoot(
    { identity, watchesParent, functionRef, isSubclass, service: service ?? null },
    plan.payload,
  );
  const functions = functionRef === null ? moreFunctions : [functionRef, ...moreFunctions];
  const command: Command = {
    program: "child",
    origin: "present",
    modules: [...new Set(functions.flatMap(modulesOf))],
    boot,
    env: plan.env ?? {},
    ...(plan.cwd === undefined ? {} : { cwd: plan.cwd }),
    stdout: plan.stdout ?? "inherit",
    stderr: plan.stderr ?? "inherit",
    permissions: plan.permissions ?? "inherit",
    runtimeArgs: plan.runtimeArgs ?? [],
    bound: plan.daemon && plan.tidies !== true,
    addresses: addressesFor(plan),
  };
  return beforeSpawn(plan.payload, () => adapter.spawn(command));
}

/**
 * Starts this very process once more from its own start, as a fork child.
 *
 * @param kept how it was started, when it is itself a child that runs a function
 * @param fork JSON of what the fork child is told
 * @throws {SpawnError} the runtime could not
 */
export function spawnFork(kept: KeptBoot | null, fork: string, setting: Setting): Child {
  const boot = kept === null ? "{" : `${JSON.stringify(kept.boot).slice(0, -1)},`;
  const command: Command = {
    program: kept === null ? "main" : "child",
    origin: "start",
    modules: kept?.modules ?? [],
    boot: `${boot}"fork":${fork}}`,
    env: {},
    stdout: "inherit",
    stderr: "inherit",
    permissions: setting.permissions ?? "inherit",
    runtimeArgs: setting.runtimeArgs ?? [],
    bound: false,
    addresses: [],
  };
  return beforeSpawn(null, () => runtime().spawn(command));
}
