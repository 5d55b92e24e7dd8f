/**
 * The flags with which a child is run on Bun: how it finds and runs its modules.
 *
 * @module
 */
import { process, START } from "./globals.ts";

/** Flags that decide how modules are found and run; the child needs the same. */
const KEPT =
  /^(--smol|--no-deprecation|--expose-gc|--conditions|--define|-d|--loader|-l|--jsx-[\w-]+|--tsconfig-override|--unhandled-rejections)$/;
/** Those of them whose value stands apart when it does not come after `=`. */
const VALUED =
  /^(--conditions|--define|-d|--loader|-l|--jsx-(factory|fragment|import-source|runtime)|--tsconfig-override|--unhandled-rejections)$/;
/** Flags whose value is a module that runs before the program. */
const PRELOAD = /^(--preload|--import|--require|-r)$/;

/** The runtime's own arguments, each with its value. */
function flags(): { name: string; value: string | undefined }[] {
  const { execArgv } = process;
  const found: { name: string; value: string | undefined }[] = [];
  for (let at = 0; at < execArgv.length; at++) {
    const [name, given] = execArgv[at]!.split(/=(.*)/s) as [string, string?];
    found.push({ name, value: given ?? (VALUED.test(name) || PRELOAD.test(name) ? execArgv[++at] : undefined) });
  }
  return found;
}

/** How a child finds and runs modules: as this process does. */
export function runtimeFlags(): string[] {
  return flags().filter(({ name }) => KEPT.test(name)).flatMap(({ name, value }) =>
    value === undefined ? [name] : name.startsWith("--") ? [`${name}=${value}`] : [name, value]
  );
}

/** What the program itself had run before it. Its children may be started in another directory. */
export function preloads(): string[] {
  return flags().flatMap(({ name, value }) => PRELOAD.test(name) && value !== undefined ? [absolute(value)] : []);
}

function absolute(file: string): string {
  return /^\.\.?\//.test(file) ? `${START.cwd}/${file}` : file;
}
