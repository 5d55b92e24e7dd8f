/**
 * What this process may do on Deno.
 *
 * @module
 */
import type { PermissionSet } from "../../src/runtime/adapter.ts";

export type Name = keyof PermissionSet;
export const NAMES: readonly Name[] = ["read", "write", "net", "env", "sys", "run", "ffi", "import"];
const SCOPES: Record<Name, string> = {
  read: "path",
  write: "path",
  net: "host",
  env: "variable",
  sys: "kind",
  run: "command",
  ffi: "path",
  import: "host",
};

type Held = Pick<Deno.PermissionStatus, "state" | "partial">;

/** What may be no scope at all is not granted. */
function query(name: Name, scope?: string): Held {
  const descriptor = scope === undefined ? { name } : { name, [SCOPES[name]]: scope };
  try {
    return Deno.permissions.querySync(descriptor as Deno.PermissionDescriptor);
  } catch {
    return { state: "prompt", partial: false };
  }
}

/** Granted, and without exceptions: a deny list shows as granted in part. */
export function whole(name: Name, scope?: string): boolean {
  const { state, partial } = query(name, scope);
  // What is granted by name and denied with all others shows as granted.
  return state === "granted" && !partial && (scope === undefined || query(name).state !== "denied");
}

/** Whether a deny list stands beside a grant of all. */
export function hasExceptions(name: Name): boolean {
  return query(name).partial;
}

/** What to do about a refusal: the flag that is missing, or the one that is too much. */
export function remedy(name: Name, scope?: string): string {
  if (query(name, scope).state !== "prompt") return `run without --deny-${name}`;
  return `run with --allow-${name}${scope === undefined ? "" : `=${scope}`}`;
}

/** What an error says; of a refusal, with what to do about it. */
export function saidBy(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  const [, refusal, name, scope] = /^(Requires (\w+) access to "(.*)"), run again /s.exec(said) ?? [];
  if (refusal === undefined || !(NAMES as readonly string[]).includes(name!)) return said;
  // Port 0 is any that is free: none can be named.
  return `${refusal}, ${remedy(name as Name, name === "run" ? undefined : scope!.replace(/:0$/, ""))}`;
}

/** Reading /proc needs --allow-all itself, which no query tells. */
export function commandLine(): string[] | null {
  try {
    return NAMES.every((name) => whole(name)) ? Deno.readTextFileSync("/proc/self/cmdline").split("\0") : null;
  } catch {
    return null;
  }
}
