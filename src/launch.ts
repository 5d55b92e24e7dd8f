/**
 * Starting a child of the library's: from what it shall be to a running process.
 * The one place where a command is made. Knows neither Process nor Pool.
 *
 * @module
 */
import { type Child, here, type Output, type Permissions, runtime } from "./adapter.ts";
import { writeBoot } from "./boot.ts";
import type { Encoded } from "./codec.ts";
import { type Family, family } from "./family.ts";
import type { Link } from "./link.ts";
import { modulesOf, type Note } from "./registry.ts";

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
export interface Plan extends Setting {
  kind: "process" | "worker";
  name: string;
  path: readonly number[];
  daemon: boolean;
  note: Note | null;
  subclass: boolean;
  payload: Encoded;
  /** More functions whose modules the child must be able to import. */
  also?: readonly Note[];
  link?: Link;
  stdout?: Output;
  stderr?: Output;
}

/** Starts it. @throws {SpawnError} the runtime could not */
export function launch(plan: Plan): Child {
  const adapter = runtime();
  const own = family();
  const theirs: Family = {
    kind: plan.kind,
    name: plan.name,
    path: plan.path,
    daemon: plan.daemon,
    parent: { pid: here().pid, name: own.name },
    main: own.main,
  };
  const guard = plan.daemon && !adapter.binds;
  const { note, subclass, link } = plan;
  const boot = writeBoot({ family: theirs, guard, note, subclass, link: link ?? null }, plan.payload);
  const notes = note === null ? plan.also ?? [] : [note, ...plan.also ?? []];
  return adapter.spawn({
    modules: [...new Set(notes.flatMap(modulesOf))],
    boot,
    env: plan.env ?? {},
    ...(plan.cwd === undefined ? {} : { cwd: plan.cwd }),
    stdout: plan.stdout ?? "inherit",
    stderr: plan.stderr ?? "inherit",
    permissions: plan.permissions ?? "inherit",
    runtimeArgs: plan.runtimeArgs ?? [],
    bound: plan.daemon,
    ...(link === undefined ? {} : { address: link.address }),
  });
}
