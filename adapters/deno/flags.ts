/**
 * The flags with which a child finds and runs its modules on Deno: those of this
 * process, which are known with --allow-all.
 *
 * @module
 */
import { START } from "./self.ts";
import { commandLine } from "./permissions.ts";

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
