/**
 * The check of the `permissions` option at the call: whether it has the shape of
 * one, on every runtime alike. What this process may hand on is the adapter's to say.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import type { Permissions, PermissionSet } from "../runtime/adapter.ts";

const NAMES = {
  read: true,
  write: true,
  net: true,
  env: true,
  sys: true,
  run: true,
  ffi: true,
  import: true,
} satisfies Record<keyof PermissionSet, true>;

/** A name or pattern of names, an address or a network, each with a port if need be; a port; or a socket. */
const HOST = /^((\*\.)?[\w.-]+|\[[\w:.%]+\]|[\d.]+\/\d+|[\da-f:]+\/\d+)?(:\d+)?$|^unix:\/|^vsock:/i;

/** Checks what a user gave. `wrong` makes the error. */
export function checkPermissions(permissions: unknown, wrong: (option: string, kind: string) => TypeError): void {
  if (permissions === undefined || permissions === "inherit" || permissions === "none") return;
  if (!isPlainSet(permissions)) {
    throw wrong("permissions", '"inherit", "none" or an object');
  }
  for (const [name, granted] of Object.entries(permissions)) {
    if (!Object.hasOwn(NAMES, name)) throw wrong(`permissions.${name}`, `one of ${Object.keys(NAMES).join(", ")}`);
    if (granted === undefined || typeof granted === "boolean") continue;
    // A hole in an array is undefined to an iterator, and nothing to every().
    if (!Array.isArray(granted) || [...granted].some((scope) => typeof scope !== "string")) {
      throw wrong(`permissions.${name}`, "a boolean or an array of strings");
    }
    for (const scope of granted as string[]) checkScope(name, scope, wrong);
  }
}

/** Whether it is an object of its own fields only. */
function isPlainSet(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Permissions as plain data, for one start of a child: what the caller goes on holding may have changed since the call,
 * and may change again.
 */
export function copyPermissions(permissions: Permissions = "inherit"): Permissions {
  if (typeof permissions === "string") return permissions;
  const entries = Object.entries(permissions).map(([name, granted]) => {
    return [name, Array.isArray(granted) ? Array.from(granted) : granted];
  });
  const copy = Object.fromEntries(entries);
  checkPermissions(copy, (option, kind) => typeError(`Cannot start process: ${option} is not ${kind}`));
  return copy;
}

function checkScope(name: string, scope: string, wrong: (option: string, kind: string) => TypeError): void {
  const option = `${JSON.stringify(scope)} in permissions.${name}`;
  if (scope.trim() === "") throw wrong(option, "a name, give an empty array for nothing");
  // deno-lint-ignore no-control-regex
  if (/[\0-\x1f\x7f]/.test(scope)) throw wrong(option, "free of control characters");
  if (scope.includes(",")) throw wrong(option, "one name: it holds a comma");
  if (name === "env" && scope.includes("=")) throw wrong(option, "the name of a variable: it holds =");
  if ((name === "net" || name === "import") && !HOST.test(scope)) throw wrong(option, "a host, such as a.example:443");
  if (["read", "write", "run", "ffi"].includes(name) && /^[a-z]+:\/\/|\*/i.test(scope)) {
    throw wrong(option, "a path: neither a URL nor a pattern is one");
  }
}
