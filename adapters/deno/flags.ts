/**
 * The flags with which a child is run on Deno: what it may do, and how it finds
 * its modules. A permission granted in part cannot be listed.
 *
 * @module
 */
import type { Command } from "../../src/runtime/adapter.ts";
import { SpawnError } from "../../src/errors.ts";
import { START } from "./self.ts";
import { commandLine, hasExceptions, type Name, NAMES, whole } from "./permissions.ts";

// --- permissions ---

/** Flags of the runtime that would grant something, long or as letters. */
const GRANT = /^--(allow-|permission-set)|^-[a-zA-Z]*[ARWNESIP]/;

/** Where the processes of a family meet when they have no socket in the file system. */
const LOOPBACK = "127.0.0.1";

/** What it may do. `variables` are what it must be able to read to boot. */
export function permissionFlags(command: Command, variables: readonly string[]): string[] {
  const grant = command.runtimeArgs.find((flag) => GRANT.test(flag));
  if (grant !== undefined) {
    throw new SpawnError(
      `Cannot start process: ${grant} among runtimeArgs is a permission, use the permissions option`,
      [
        grant,
      ],
    );
  }
  const flags: string[] = [];
  const given = new Set<Name>();
  const { permissions } = command;
  if (permissions === "inherit") {
    if (commandLine() !== null) return ["--allow-all"];
    for (const name of NAMES) {
      if (!whole(name)) continue;
      flags.push(`--allow-${name}`);
      given.add(name);
    }
    // By this it is met, and reaches those whose shared objects it gets, from whomever. A deny list may have ports of it.
    const meeting = hasExceptions("net") ? `${LOOPBACK}:0` : LOOPBACK;
    if (!given.has("net") && whole("net", meeting)) flags.push(`--allow-net=${meeting}`);
  } else if (permissions !== "none") {
    for (const name of NAMES) {
      const wanted = permissions[name];
      if (wanted === undefined || wanted === false) continue;
      const scopes = wanted === true ? [undefined] : wanted;
      for (const scope of scopes) {
        if (scope?.includes(",")) {
          throw new SpawnError(`Cannot start process: a flag cannot carry the comma in ${scope}, use a name without`, [
            `--allow-${name}`,
          ]);
        }
        if (!whole(name, scope)) {
          const flag = scope === undefined ? `--allow-${name}` : `--allow-${name}=${scope}`;
          throw new SpawnError(`Cannot start process: it would get ${flag}, which this process does not have itself`, [
            flag,
          ]);
        }
      }
      flags.push(wanted === true ? `--allow-${name}` : `--allow-${name}=${wanted.join(",")}`);
      if (wanted === true) given.add(name);
    }
  }
  for (const address of command.addresses) {
    for (const [name, scope] of scopesOf(address)) {
      // A flag would make two scopes of one with a comma; and what this process may not itself is nothing to hand on.
      if (!given.has(name) && !scope.includes(",") && whole(name, scope)) flags.push(`--allow-${name}=${scope}`);
    }
  }
  if (!given.has("env")) flags.push(`--allow-env=${variables.join()}`);
  return merged(flags);
}

/** What is needed to meet others at an address. */
function scopesOf(address: string): [name: Name, scope: string][] {
  if (!address.startsWith("unix:")) return [["net", address.replace(/^tcp:/, "").replace(/^(.*:.*)(?=:)/, "[$1]")]];
  const path = address.slice("unix:".length);
  return [["net", address], ["read", path], ["write", path]];
}

/** One flag per name: the lists of a name are joined. */
function merged(flags: string[]): string[] {
  const lists = new Map<string, string[]>();
  for (const flag of flags) {
    const [name, list] = flag.split(/=(.*)/s) as [string, string?];
    lists.set(name, [...lists.get(name) ?? [], ...(list === undefined ? [] : [list])]);
  }
  return [...lists].map(([name, list]) => list.length === 0 ? name : `${name}=${list.join(",")}`);
}

// --- runtime flags ---

/** Flags that decide how modules are found and run; the child needs the same. With a value apart or after `=`. */
const KEPT = new Set([
  "--config",
  "-c",
  "--no-config",
  "--import-map",
  "--lock",
  "--no-lock",
  "--frozen",
  "--node-modules-dir",
  "--vendor",
  "--cached-only",
  "--no-remote",
  "--no-npm",
  "--v8-flags",
  "--conditions",
  "--cert",
  "--location",
  "--seed",
  "--unsafely-ignore-certificate-errors",
]);
const VALUED = new Set(["--config", "-c", "--import-map", "--lock", "--conditions", "--cert", "--location", "--seed"]);
/** Flags whose value is a file, named relative to the directory in which this process started; a child's may be another. */
const FILES = new Set(["--config", "-c", "--import-map", "--lock", "--cert"]);
/** Flags whose value is a module that runs before the program. */
const PRELOADS = new Set(["--preload", "--import", "--require"]);
let kept: { name: string; value: string | undefined }[] | undefined;

/** The flags with which this process was started, as far as a child needs them. */
function flags(): NonNullable<typeof kept> {
  if (kept !== undefined) return kept;
  kept = [];
  const line = commandLine()?.slice(1, -1 - Deno.args.length) ?? []; // it ends with the program's own, and nothing
  for (let at = 0; at < line.length; at++) {
    const flag = line[at]!;
    if (!flag.startsWith("-") && /[./:]/.test(flag)) break; // the main module; what follows is the program's
    const [name, given] = flag.split(/=(.*)/s) as [string, string?];
    const isPreload = PRELOADS.has(name);
    const value = given ?? (VALUED.has(name) || isPreload ? line[++at] : undefined);
    if (isPreload || KEPT.has(name) || name.startsWith("--unstable")) kept.push({ name, value });
  }
  return kept;
}

/** How it finds and runs modules: as this process does. */
export function runtimeFlags(): string[] {
  return flags().filter(({ name }) => !PRELOADS.has(name)).map(({ name, value }) =>
    value === undefined ? name : `${name}=${FILES.has(name) ? absolute(value) : value}`
  );
}

/** What the program itself had run before it: a fork child runs that again, after the library's own. */
export function preloads(): string[] {
  return flags().filter(({ name, value }) => PRELOADS.has(name) && !value?.startsWith("data:")).map(({ name, value }) =>
    `${name}=${value}`
  );
}

function absolute(file: string): string {
  return /^(\/|\w+:)/.test(file) ? file : `${START.cwd ?? Deno.cwd()}/${file}`;
}
