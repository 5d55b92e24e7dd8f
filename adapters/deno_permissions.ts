/**
 * What this process may do on Deno.
 *
 * @module
 */
import type { PermissionSet } from "../src/adapter.ts";

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

/** Granted, and without exceptions: a deny list shows as granted in part. */
export function whole(name: Name, scope?: string): boolean {
  const query = scope === undefined ? { name } : { name, [SCOPES[name]]: scope };
  const status = Deno.permissions.querySync(query as Deno.PermissionDescriptor);
  return status.state === "granted" && !status.partial;
}

/** Reading /proc needs --allow-all itself, which no query tells. */
export function commandLine(): string[] | null {
  try {
    return NAMES.every((name) => whole(name)) ? Deno.readTextFileSync("/proc/self/cmdline").split("\0") : null;
  } catch {
    return null;
  }
}
