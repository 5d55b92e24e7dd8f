/**
 * Bun: `Bun.spawn`, `Bun.listen`, `Bun.connect`. Maps, never decides.
 *
 * Limits of the platform: there are no permissions, so the option is ignored; a
 * child's environment is a snapshot from the start of this process unless it is
 * passed; a socket may take less than it is given and calls back for the rest.
 *
 * @module
 */
import type { Adapter, Child, Command, ExitStatus } from "../../src/runtime/adapter.ts";
import { SpawnError } from "../../src/errors.ts";
import { packBoot, readBoot } from "./boot.ts";
import { memory } from "./memory.ts";
import * as meeting from "./sockets.ts";
import { beside, bunSelf, fs, process, START } from "./self.ts";
import type { Bun as BunScope, Subprocess } from "./types.ts";

const { Bun } = globalThis as unknown as { Bun: BunScope };

// --- runtime flags ---

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

function runtimeFlags(): string[] {
  return flags().filter(({ name }) => KEPT.test(name)).flatMap(({ name, value }) =>
    value === undefined ? [name] : name.startsWith("--") ? [`${name}=${value}`] : [name, value]
  );
}

function preloads(): string[] {
  return flags().flatMap(({ name, value }) => PRELOAD.test(name) && value !== undefined ? [value] : []);
}

// --- start a child ---

/** What is run: the entry of children, or the program again, with what ran before it after the library's own. */
function entry({ program }: Command): string[] {
  if (program === "child") return [beside("child_entry")];
  const replay = beside("fork_entry");
  return [
    "--preload",
    replay,
    ...preloads().filter((value) => value !== replay).flatMap((value) => ["--preload", value]),
    Bun.main,
  ];
}

let setpriv: boolean | undefined;

/** setpriv (util-linux) asks the kernel to kill the child when this process dies; it keeps the pid. */
function canBind(): boolean {
  if (setpriv !== undefined) return setpriv;
  if (process.platform !== "linux") return setpriv = false;
  try {
    const probe = Bun.spawnSync(["setpriv", "--pdeathsig", "KILL", "true"], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
    });
    return setpriv = probe.success;
  } catch {
    return setpriv = false;
  }
}

function spawn(command: Command): Child {
  // A compiled program is its own binary, and takes no flags.
  const flags = Bun.isStandaloneExecutable ? [] : [...runtimeFlags(), ...command.runtimeArgs, ...entry(command)];
  const run = [process.execPath, ...flags, ...process.argv.slice(2)];
  const cmd = command.bound && canBind() ? ["setpriv", "--pdeathsig", "KILL", ...run] : run;
  const { process: started, discard } = launch(cmd, command);
  let child: Subprocess | null = started;
  const { pid, stdout, stderr } = child;
  const exited = child.exited.then((code): ExitStatus => {
    const { signalCode } = child!;
    discard();
    child = null; // it holds a descriptor of what was on the child's standard input
    return signalCode === null ? { code } : { signal: signalCode, number: code - 128 };
  });
  return {
    pid,
    exited,
    stdout: stdout instanceof ReadableStream ? stdout as ReadableStream<Uint8Array> : null,
    stderr: stderr instanceof ReadableStream ? stderr as ReadableStream<Uint8Array> : null,
    kill: (signal) => child?.kill(signal),
    ref: () => child?.ref(),
    unref: () => child?.unref(),
  };
}

function packed({ boot, origin }: Command, cmd: string[]): ReturnType<typeof packBoot> {
  try {
    return packBoot(boot, origin === "start");
  } catch (cause) {
    throw new SpawnError(
      `Cannot start process: ${(cause as Error).message}, set TMPDIR to a folder with room`,
      cmd,
      cause,
    );
  }
}

/** The boot message itself is not kept. */
function launch(cmd: string[], command: Command): { process: Subprocess; discard(): void } {
  const boot = packed(command, cmd);
  const output = (where: string) => where === "null" ? "ignore" : where === "piped" ? "pipe" : "inherit";
  const again = command.origin === "start";
  const cwd = command.cwd ?? (again ? START.cwd : null);
  try {
    const started = Bun.spawn(cmd, {
      stdin: boot.stdin,
      stdout: output(command.stdout),
      stderr: output(command.stderr),
      env: { ...again ? START.env : process.env, ...command.env, ...boot.env },
      ...(cwd === null ? {} : { cwd }),
    });
    return { process: started, discard: boot.discard };
  } catch (cause) {
    boot.discard();
    const isBinary = cwd === null || (cause as { code?: string }).code === "ENOENT" && fs().existsSync(cwd);
    const remedy = isBinary ? "check the runtime's binary" : `check the directory ${cwd}`;
    throw new SpawnError(`Cannot start process: ${(cause as Error).message}, ${remedy}`, cmd, cause);
  }
}

/** The adapter, on Bun. */
export function bun(): Adapter {
  return {
    name: "Bun",
    self: bunSelf(readBoot),
    get canBindChildren() {
      return canBind();
    },
    memory,
    memoryRemedy: "use a platform with a file system",
    network: () => meeting,
    spawn,
  };
}
