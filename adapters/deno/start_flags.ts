/**
 * The flags with which this process was started. Deno tells a program nothing
 * of them, and lets it read its command line with --allow-all only; another
 * program is asked to read it where this process may run one. What a set of
 * permissions in `deno.json` (`-P`) denies is not found so.
 *
 * @module
 */
import { commandLine, type Name, whole } from "./permissions.ts";

const PERMISSION_SET = /^--permission-set|^-[a-zA-Z]*P/;

let known: readonly string[] | null | undefined;

/** What stands between the runtime and the arguments of the program; null when it cannot be known. */
function startFlags(): readonly string[] | null {
  if (known !== undefined) return known;
  const line = commandLine() ?? askedCommandLine();
  return line === null ? null : known = flagsOf(line, Deno.args); // without a descriptor it is asked for again
}

/**
 * The part of a command line that the runtime itself took.
 *
 * @param line of a process, as the system gives it: with an empty string at its end
 * @param args those of the program
 * @returns null for what is no command line: a program that sets `process.title` writes over it
 */
export function flagsOf(line: readonly string[], args: readonly string[]): readonly string[] | null {
  const flags = line.slice(1, -1 - args.length);
  const isIntact = flags.length > 0 && !flags.includes("") &&
    args.every((arg, at) => line[1 + flags.length + at] === arg);
  return isIntact ? flags : null;
}

/** The same as far as it is known at once: another program that reads it takes 2 ms, the runtime as that one 20. */
export function startFlagsAtOnce(): readonly string[] | null {
  return known ?? flagsOf(commandLine() ?? commandLineByCat() ?? [], Deno.args);
}

function commandLineByCat(): string[] | null {
  if (Deno.build.os !== "linux") return null;
  return outputOf("cat", [`/proc/${Deno.pid}/cmdline`])?.split("\0") ?? null;
}

/** As `cat` says it, or else the runtime, which one that starts children may run. */
function askedCommandLine(): string[] | null {
  if (Deno.build.os !== "linux") return null;
  const file = `/proc/${Deno.pid}/cmdline`;
  const source = `Deno.stdout.writeSync(Deno.readFileSync(${JSON.stringify(file)}))`;
  const runtime = ["run", "--allow-all", "--no-config", "--no-lock", `data:application/javascript,${source}`];
  return commandLineByCat() ?? outputOf(Deno.execPath(), runtime)?.split("\0") ?? null;
}

/** What another program writes to its end; null where it fails, or this process may not run it. */
export function outputOf(program: string, args: string[], options: Deno.CommandOptions = {}): string | null {
  if (!whole("run", program)) return null;
  try {
    const command = new Deno.Command(program, { ...options, args, stdin: "null", stderr: "null" });
    const { success, stdout } = command.outputSync();
    return success ? new TextDecoder().decode(stdout) : null;
  } catch {
    return null; // the program is not there, or the variables of this process may not be given to it
  }
}

/** Flags that deny a part of a permission to this process; null when they cannot be known. */
export function denyingFlags(name: Name): readonly string[] | null {
  const flags = startFlags();
  if (flags === null || flags.some((flag) => PERMISSION_SET.test(flag))) return null;
  return flags.filter((flag) => flag.startsWith(`--deny-${name}`));
}

/** Hosts that this process was told it may import from; more than it may, where some are denied or were revoked. */
export function listedImports(): readonly string[] {
  const lists = startFlags()?.map((flag) => /^(?:--allow-import=|-[a-zA-Z]*I=?)(.+)$/.exec(flag)?.[1]) ?? [];
  return lists.flatMap((list) => list?.split(",") ?? []);
}
