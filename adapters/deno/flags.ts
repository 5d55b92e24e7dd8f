/**
 * The flags with which a child finds and runs its modules on Deno: those of this
 * process, which are known with --allow-all, or where it may run a program that reads them.
 *
 * @module
 */
import { START } from "./self.ts";
import { outputOf, startFlagsAtOnce } from "./start_flags.ts";

/** Flags that decide how modules are found and run; a child gets the same. */
const MODULE_FLAGS = new Set([
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

/** Flags whose value may be the next argument; that of all others follows `=`. */
const VALUE_APART = new Set([
  ...["--config", "-c", "--import-map", "--lock", "--conditions", "--cert", "--location", "--seed"],
  ...["--preload", "--import", "--require"],
]);

/** Flags whose value is a file, named relative to the directory in which this process started; a child's may be another. */
const FILE_FLAGS = new Set(["--config", "-c", "--import-map", "--lock", "--cert"]);

/** Flags whose value is a module that runs before the program. */
const PRELOAD_FLAGS = new Set(["--preload", "--import", "--require"]);

/**
 * Loads what `import()` names when that is called. Without it Deno loads it with the module that calls, so that a child
 * would read ten times as many modules as it needs.
 */
const LAZY_IMPORTS = "--unstable-lazy-dynamic-imports";

interface Flag {
  name: string;
  value: string | undefined;
}

let parsed: readonly Flag[] | undefined;

/** The flags of this process up to its main module. */
function ownFlags(): readonly Flag[] {
  return parsed ??= parse(startFlagsAtOnce() ?? []);
}

function parse(line: readonly string[]): Flag[] {
  const flags: Flag[] = [];
  for (let at = 0; at < line.length; at++) {
    const text = line[at]!;
    if (!text.startsWith("-") && /[./:]/.test(text)) break; // the main module
    const [name, given] = text.split(/=(.*)/s) as [string, string?];
    flags.push({ name, value: given ?? (VALUE_APART.has(name) ? line[++at] : undefined) });
  }
  return flags;
}

/**
 * Flags with which a child finds and runs modules as this process does.
 *
 * @param importsLazily it loads its modules as it needs them, which it must be allowed to: to import what was not loaded
 * with a module takes a permission
 */
export function runtimeFlags(importsLazily: boolean): string[] {
  const kept = ownFlags().filter(({ name }) =>
    MODULE_FLAGS.has(name) || name.startsWith("--unstable") && name !== LAZY_IMPORTS
  );
  const flags = kept.map(({ name, value }) => {
    if (value === undefined) return name;
    return `${name}=${FILE_FLAGS.has(name) ? absolute(value) : value}`;
  });
  return importsLazily && knowsLazyImports() ? [...flags, LAZY_IMPORTS] : flags;
}

/** A flag that is marked unstable may be gone in the next major version. */
function knowsLazyImports(): boolean {
  const [major, minor] = Deno.version.deno.split(".").map(Number) as [number, number];
  return major === 2 && minor >= 9;
}

/** What the program itself had run before it, such as what decides how modules are found. */
export function preloads(): string[] {
  const own = ownFlags().filter(({ name, value }) => PRELOAD_FLAGS.has(name) && !value?.startsWith("data:"));
  return own.map(({ name, value }) => `${name}=${absolute(value!)}`);
}

function absolute(file: string): string {
  return /^(\/|\w+:)/.test(file) ? file : `${startFolder()}/${file}`;
}

/** One that may not read has not gone to another folder. */
function startFolder(): string {
  return START.cwd ?? outputOf("readlink", [`/proc/${Deno.pid}/cwd`])?.replace(/\n$/, "") ?? ".";
}
