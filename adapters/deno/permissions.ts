/**
 * What this process may do on Deno, as the runtime tells it.
 *
 * @module
 */
import type { PermissionSet } from "../../src/runtime/adapter.ts";

/** Name of a permission. */
export type Name = keyof PermissionSet;
/** Every permission. */
export const NAMES: readonly Name[] = ["read", "write", "net", "env", "sys", "run", "ffi", "import"];

/** What a descriptor calls a scope of each permission. */
const SCOPE_FIELDS: Record<Name, string> = {
  read: "path",
  write: "path",
  net: "host",
  env: "variable",
  sys: "kind",
  run: "command",
  ffi: "path",
  import: "host",
};

/** A scope that nobody lists: it is denied only where everything is. Patterns of hosts do not match sockets. */
const UNLISTED: Record<Name, string> = {
  read: "/brood-unlisted",
  write: "/brood-unlisted",
  net: "unix:/brood-unlisted",
  env: "BROOD_UNLISTED",
  sys: "setegid",
  run: "/brood-unlisted",
  ffi: "/brood-unlisted",
  import: "unix:/brood-unlisted",
};

type Held = Pick<Deno.PermissionStatus, "state" | "partial">;

function query(name: Name, scope?: string): Held {
  const descriptor = scope === undefined ? { name } : { name, [SCOPE_FIELDS[name]]: scope };
  return Deno.permissions.querySync(descriptor as Deno.PermissionDescriptor);
}

/** Whether a permission, or a scope of it, is granted and no flag denies a part of it. What is no scope is not granted. */
export function whole(name: Name, scope?: string): boolean {
  try {
    const { state, partial } = query(name, scope);
    return state === "granted" && !partial && (scope === undefined || !isOverruled(name));
  } catch {
    return false;
  }
}

/** Hosts in a list are reported as granted beside a flag that denies all hosts, but no access to them succeeds. */
function isOverruled(name: Name): boolean {
  return (name === "net" || name === "import") && deniesAll(name);
}

/** Whether a flag denies the whole permission. A refused access has the same effect only on what it was refused. */
function deniesAll(name: Name): boolean {
  return query(name, UNLISTED[name]).state === "denied";
}

/** Whether a permission is granted but for what flags deny. */
export function hasExceptions(name: Name): boolean {
  return query(name).partial;
}

/** Why a text is no scope of a permission; null when it is one. */
export function problemOf(name: Name, scope: string): string | null {
  try {
    query(name, scope);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What to do about a refusal: the flag that is missing, or the one that is too much. */
export function remedy(name: Name, scope?: string): string {
  const flag = `--deny-${name}`;
  if (hasExceptions(name)) return `run without ${flag}`;
  const grant = `run with --allow-${name}${scope === undefined ? "" : `=${scope}`}`;
  return deniesAll(name) ? `${grant} and without ${flag}` : grant; // a flag denies it, or somebody at the prompt
}

/** The text of an error; a refusal's with what to do about it. */
export function saidBy(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  const [, refusal, name, scope] = /^(Requires (\w+) access to "(.*)"), run again /s.exec(said) ?? [];
  if (refusal === undefined || !(NAMES as readonly string[]).includes(name!)) return said;
  // Port 0 is any that is free: none can be named.
  return `${refusal}, ${remedy(name as Name, name === "run" ? undefined : scope!.replace(/:0$/, ""))}`;
}

/** Arguments of this process; null without --allow-all, which reading /proc needs and no query tells. */
export function commandLine(): string[] | null {
  try {
    return NAMES.every((name) => whole(name)) ? Deno.readTextFileSync("/proc/self/cmdline").split("\0") : null;
  } catch {
    return null;
  }
}
