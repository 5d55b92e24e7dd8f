/**
 * Scopes of permissions: which text a child's flag carries for a scope that it
 * is to get, and whether this process has all that the flag would grant. One
 * small function per kind of scope; they ask the runtime only through `Holdings`.
 *
 * A flag reads some texts otherwise than a query does: a relative path belongs
 * to the child's directory, `S*` stands for many variables, `*.a.example` and
 * `10.0.0.0/8` for many hosts, the name of a program for what the child's PATH
 * finds. A query answers for one thing only.
 *
 * @module
 */
import type { Name } from "./permissions.ts";

/** What is known of the permissions of this process. */
export interface Holdings {
  /** Whether a permission, or one exact scope of it, is held with nothing denied inside it. */
  has(name: Name, scope?: string): boolean;
  /** Whether the child gets every flag that denies a part of it to this process: no query tells of those that name ports. */
  passesDenials(name: Name): boolean;
  /** Whether the child finds a program by its name where this process finds it. */
  searchesAlike: boolean;
  /** Directory of this process. */
  cwd: string;
  isWindows: boolean;
}

/** Gives the text for the child's flag; null when this process does not have all that it would grant. */
export type ScopeRule = (name: Name, scope: string, own: Holdings) => string | null;

/** How a scope of each permission is handed on. */
export const SCOPE_RULES: Record<Name, ScopeRule> = {
  read: pathScope,
  write: pathScope,
  ffi: pathScope,
  net: hostScope,
  import: hostScope,
  env: variableScope,
  sys: exactScope,
  run: programScope,
};

function exactScope(name: Name, scope: string, own: Holdings): string | null {
  return own.has(name, scope) ? scope : null;
}

/** A path is meant in the directory of this process, whatever that of the child. */
function pathScope(name: Name, scope: string, own: Holdings): string | null {
  return exactScope(name, absolutePath(scope, own), own);
}

/** A pattern is granted by the whole permission only: a variable that it matches may be denied. */
function variableScope(name: Name, scope: string, own: Holdings): string | null {
  if (scope.endsWith("*")) return own.has(name) ? scope : null;
  return exactScope(name, scope, own);
}

/** What may stand for several addresses or ports may hold a denied one, unless the child is denied it as well. */
function hostScope(name: Name, scope: string, own: Holdings): string | null {
  if (own.has(name)) return scope;
  if (isHostPattern(scope)) return null;
  return own.has(name, scope) && (isOneAddress(scope) || own.passesDenials(name)) ? scope : null;
}

/** A name is looked up in the directories of PATH, by this process now and by the child when it starts. */
function programScope(name: Name, scope: string, own: Holdings): string | null {
  if (isPath(scope, own)) return pathScope(name, scope, own);
  return own.has(name) || own.searchesAlike ? exactScope(name, scope, own) : null;
}

/** `*.a.example` or `10.0.0.0/8`, each with a port or without. */
export function isHostPattern(scope: string): boolean {
  return scope.startsWith("*.") || /\/\d+(:\d+)?$/.test(scope) && !scope.startsWith("unix:");
}

/** A host that a pattern matches; any other is itself. */
export function sampleOf(host: string): string {
  return isHostPattern(host) ? host.replace("*", "brood-unlisted").replace(/\/\d+/, "") : host;
}

/** An IP address with a port, or a socket. A name is not one: it may be that of a denied address. */
function isOneAddress(scope: string): boolean {
  return /^(\d+(\.\d+){3}|\[[^\]]*\]):\d+$|^(unix|vsock):/.test(scope);
}

function isPath(scope: string, { isWindows }: Holdings): boolean {
  return scope.includes("/") || isWindows && scope.includes("\\");
}

/** A path from the root, as it is meant in a directory. */
export function absolutePath(path: string, { cwd, isWindows }: Pick<Holdings, "cwd" | "isWindows">): string {
  const isAbsolute = path.startsWith("/") || isWindows && /^([a-z]:[\\/]|\\\\)/i.test(path);
  if (isAbsolute) return path;
  return `${cwd.replace(/[\\/]$/, "")}/${path}`.replace(/(\/\.)+(?=\/|$)/g, "") || "/";
}
