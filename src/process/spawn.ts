/**
 * Starts child processes: makes the boot message and the command of a child, and
 * hands them to the adapter. Knows neither Process nor Pool.
 *
 *     Process, Pool, Manager ─► spawnChild ─► boot message + command ─► adapter.spawn
 *     fork ─────────────────► spawnFork ──┘
 *
 * @module
 */
import type { Child, Command, Output, Permissions } from "../runtime/adapter.ts";
import { runtime, thisProcess } from "../runtime/installed.ts";
import { type KeptBoot, writeBoot } from "./boot_message.ts";
import { copyPermissions } from "./permission_options.ts";
import type { Encoded } from "../codec/codec.ts";
import { UnsupportedError } from "../errors.ts";
import { ownIdentity, type ProcessIdentity } from "../runtime/process_info.ts";
import type { ServiceAddress } from "../transport/server.ts";
import { endWithProgram } from "./daemons.ts";
import { type FunctionRef, modulesOf } from "../function/function_ref.ts";

/** How a child runs, whatever it runs. */
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

/**
 * Called at every start of a child.
 *
 * @param payload what the child was given; null for a fork child, which has what this process had
 * @param child null when it could not be started
 */
type SpawnHook = (payload: Encoded | null, child: Child | null) => void;

const spawnHooks: SpawnHook[] = [];

/** Registers what is called at every start of a child: objects that must know who holds them. */
export function onSpawn(hook: SpawnHook): void {
  spawnHooks.push(hook);
}

/** Starts a child and calls the hooks. @throws whatever `start` throws */
function withHooks(payload: Encoded | null, start: () => Child): Child {
  let child: Child | null = null;
  try {
    return child = start();
  } finally {
    for (const hook of spawnHooks) hook(payload, child);
  }
}

/** What a child is to be. */
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
  /** Address at which it listens itself. */
  listensAt?: string;
  /** Whether the child cleans up when it ends: a daemon that does is not killed at once when its parent dies, but soon. */
  cleansUp?: boolean;
  stdout?: Output;
  stderr?: Output;
}

/** Addresses at which it listens, or connects: of its parent, and of the owners of shared objects that it is given. */
function addressesFor({ service, listensAt, payload }: SpawnPlan): string[] {
  const owners = payload.handles.flatMap(({ addresses }) => addresses);
  return [...new Set([service?.address, listensAt, ...owners])].filter((address) => address !== undefined);
}

/** Starts a child. @throws {SpawnError} the runtime could not start it */
export function spawnChild(plan: SpawnPlan): Child {
  const adapter = runtime();
  const { packaging } = thisProcess();
  if (packaging === "compiled" && (plan.runtimeArgs ?? []).length > 0) {
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
  const watchesParent = plan.daemon && (plan.cleansUp === true || !adapter.canBindChildren);
  const { functionRef, isSubclass, service, moreFunctions = [] } = plan;
  const boot = writeBoot(
    { identity, watchesParent, functionRef, isSubclass, service: service ?? null },
    plan.payload,
  );
  const functions = functionRef === null ? moreFunctions : [functionRef, ...moreFunctions];
  const command: Command = {
    program: packaging === "modules" ? "child" : "itself",
    origin: "present",
    modules: [...new Set(functions.flatMap(modulesOf))],
    boot,
    env: plan.env ?? {},
    ...(plan.cwd === undefined ? {} : { cwd: plan.cwd }),
    stdout: plan.stdout ?? "inherit",
    stderr: plan.stderr ?? "inherit",
    permissions: copyPermissions(plan.permissions),
    runtimeArgs: plan.runtimeArgs ?? [],
    bound: plan.daemon && plan.cleansUp !== true,
    addresses: addressesFor(plan),
  };
  const child = withHooks(plan.payload, () => adapter.spawn(command));
  if (command.bound) endWithProgram(child);
  return child;
}

/**
 * Starts a fork child: this very program, or the function of this child, again from its start.
 *
 * @param kept how this process was started, when it is a child that runs a function
 * @param fork JSON of what the fork child is told
 * @throws {SpawnError} the runtime could not start it
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
    permissions: copyPermissions(setting.permissions),
    runtimeArgs: setting.runtimeArgs ?? [],
    bound: false,
    addresses: [],
  };
  return withHooks(null, () => runtime().spawn(command));
}
