/**
 * The permission flags of a child: never more than this process has. What is
 * granted in part cannot be listed by a program, so by default a child gets what
 * this process holds whole.
 *
 * @module
 */
import type { Command, PermissionSet } from "../../src/runtime/adapter.ts";
import { SpawnError } from "../../src/errors.ts";
import { START } from "./self.ts";
import { Grants } from "./grants.ts";
import { importHosts } from "./import_hosts.ts";
import { commandLine, type Name, NAMES, problemOf, remedy, whole } from "./permissions.ts";
import { type Holdings, isHostPattern, sampleOf, SCOPE_RULES } from "./scopes.ts";
import { denyingFlags } from "./start_flags.ts";

/** Flags of the runtime that would grant something, long or as letters. */
const GRANTING_FLAG = /^--(allow-|permission-set)|^-[a-zA-Z]*[ARWNESIP]/;

/** Names the socket of a program that decides on permissions in the place of flags. */
const BROKER = "DENO_PERMISSION_BROKER_PATH";

/** Where processes meet when they have no socket in the file system. */
const LOOPBACK = "127.0.0.1";

/**
 * What a child may do.
 *
 * @param variables what it must be able to read of its environment to boot
 * @throws {SpawnError} it would get more than this process has
 */
export function permissionFlags(command: Command, variables: readonly string[]): string[] {
  refuseDetours(command);
  const { permissions } = command;
  if (permissions === "inherit" && commandLine() !== null) return ["--allow-all"];
  const own = holdings(command);
  const set = typeof permissions === "object" ? permissions : {};
  const grants = new Grants();
  if (permissions === "inherit") grantHeld(grants, own);
  grantAsked(grants, set, own);
  if (set.import === undefined) grants.add("import", importHosts(command, own));
  for (const [name, scope] of command.addresses.flatMap(scopesOf)) {
    // A flag would make two scopes of one with a comma.
    if (own.has(name, scope) && !scope.includes(",")) grants.add(name, [scope]);
  }
  grants.add("env", variables);
  return grants.flags();
}

/** Refuses what would decide on permissions in the place of the flags made here. */
function refuseDetours({ runtimeArgs, env }: Command): void {
  const grant = runtimeArgs.find((flag) => GRANTING_FLAG.test(flag));
  if (grant !== undefined) {
    throw new SpawnError(
      `Cannot start process: ${grant} among runtimeArgs is a permission, use the permissions option`,
      [grant],
    );
  }
  if (Object.hasOwn(env, BROKER)) {
    throw new SpawnError(`Cannot start process: ${BROKER} in env decides what it may do, leave it out`, [BROKER]);
  }
  const broker = START.env?.[BROKER];
  if (broker !== undefined && whole("env", BROKER) && Deno.env.get(BROKER) !== broker) {
    throw new SpawnError(`Cannot start process: ${BROKER} decides what it may do, set it to ${broker} again`, [BROKER]);
  }
}

function holdings(command: Command): Holdings {
  return {
    has: whole,
    passesDenials: (name) => denyingFlags(name) !== null,
    get searchesAlike() {
      return searchesAlike(command);
    },
    get cwd() {
      return currentDirectory();
    },
    isWindows: Deno.build.os === "windows",
  };
}

function currentDirectory(): string {
  try {
    return Deno.cwd();
  } catch (cause) {
    const state = "a path among its permissions is relative and the directory of this process is gone";
    throw new SpawnError(`Cannot start process: ${state}, name it from the root`, [], cause);
  }
}

/** Whether the child looks up programs as this process does: with the same PATH, and the same directory where that has relative entries. */
function searchesAlike({ env, cwd, origin }: Command): boolean {
  if (Object.keys(env).some((name) => name.toUpperCase() === "PATH")) return false;
  const path = whole("env", "PATH") ? Deno.env.get("PATH") ?? "" : null;
  if (origin === "start" && START.env !== null && path !== START.env.PATH) return false;
  const isSameDirectory = origin === "start" ? START.cwd === currentDirectory() : cwd === undefined;
  return isSameDirectory || isAbsoluteList(path);
}

function isAbsoluteList(path: string | undefined | null): boolean {
  const [separator, absolute] = Deno.build.os === "windows" ? [";", /^[a-z]:[\\/]/i] as const : [":", /^\//] as const;
  return path?.split(separator).every((entry) => absolute.test(entry)) ?? false;
}

// --- what is granted ---

/** All that this process holds whole, and the hosts by which children share objects. */
function grantHeld(grants: Grants, own: Holdings): void {
  for (const name of NAMES) {
    if (name !== "import" && own.has(name)) grants.add(name, "all");
  }
  const meeting = SCOPE_RULES.net("net", LOOPBACK, own) ?? SCOPE_RULES.net("net", `${LOOPBACK}:0`, own);
  if (meeting !== null) grants.add("net", [meeting]);
}

/** What a set names. @throws {SpawnError} this process does not have it all */
function grantAsked(grants: Grants, set: PermissionSet, own: Holdings): void {
  for (const name of NAMES) {
    const wanted = Object.hasOwn(set, name) ? set[name] : undefined;
    if (wanted === true) {
      if (!own.has(name)) throw notHeld(name);
      grants.add(name, "all");
    } else if (wanted) grants.add(name, wanted.map((scope) => handedOn(name, scope, own)));
  }
}

/** A scope as the child's flag carries it. */
function handedOn(name: Name, scope: string, own: Holdings): string {
  const isPattern = name === "env" || (name === "net" || name === "import") && isHostPattern(scope);
  const problem = isPattern ? null : problemOf(name, scope);
  if (problem !== null) {
    throw new SpawnError(`Cannot start process: ${scope} is no scope of ${name} (${problem}), name another`, [scope]);
  }
  const text = SCOPE_RULES[name](name, scope, own);
  if (text === null) throw notHeld(name, scope, own.has(name, sampleOf(scope)));
  if (text.includes(",")) {
    throw new SpawnError(`Cannot start process: a flag cannot carry the comma in ${text}, use a name without`, [text]);
  }
  return text;
}

function notHeld(name: Name, scope?: string, isHeldInPart = false): SpawnError {
  const flag = scope === undefined ? `--allow-${name}` : `--allow-${name}=${scope}`;
  const why = isHeldInPart
    ? "of which this process may be denied a part, name one by one what it needs"
    : `which this process does not have itself, ${remedy(name, scope)} or ask for less`;
  return new SpawnError(`Cannot start process: it would get ${flag}, ${why}`, [flag]);
}

/** What is needed to meet others at an address. */
function scopesOf(address: string): [name: Name, scope: string][] {
  if (!address.startsWith("unix:")) return [["net", address.replace(/^tcp:/, "").replace(/^(.*:.*)(?=:)/, "[$1]")]];
  const path = address.slice("unix:".length);
  return [["net", address], ["read", path], ["write", path]];
}
