/**
 * Bun: `Bun.spawn`, `Bun.listen`, `Bun.connect`. Maps, never decides.
 *
 * Limits of the platform: there are no permissions, so the option is ignored; a
 * child's environment is a snapshot from the start of this process unless it is
 * passed; a socket may take less than it is given and calls back for the rest.
 *
 * @module
 */
import type { Adapter, Child, Command, ExitStatus } from "../src/adapter.ts";
import { SpawnError, UnsupportedError } from "../src/errors.ts";
import { BOOT, bunSelf, process, START } from "./bun_self.ts";
import type { Bun as BunScope, Subprocess } from "./bun_types.ts";

const { Bun } = globalThis as unknown as { Bun: BunScope };

// --- runtime flags ---

/** Flags that decide how modules are found and run; the child needs the same. */
const KEPT = /^--(smol|conditions|define|loader|jsx-[\w-]+|tsconfig-override|no-deprecation|expose-gc)\b/;

function runtimeFlags(): string[] {
  return process.execArgv.filter((flag) => KEPT.test(flag));
}

// --- start a child ---

const BOOT_LIMIT = 96 * 1024;

function beside(name: string): string {
  return Bun.fileURLToPath(new URL(`./${name}.${import.meta.url.split(".").pop()}`, import.meta.url));
}

/** What is run: the entry of children, or the program again, with what ran before it after the library's own. */
function entry({ program }: Command): string[] {
  if (program === "child") return [beside("bun_child")];
  const replay = beside("bun_replay");
  return [
    "--preload",
    replay,
    ...preloads().filter((value) => value !== replay).flatMap((value) => ["--preload", value]),
    Bun.main,
  ];
}

function preloads(): string[] {
  const { execArgv } = process;
  return execArgv.flatMap((flag, at) => {
    const [name, value] = flag.split(/=(.*)/s) as [string, string?];
    return /^(--preload|--import|--require|-r)$/.test(name) ? [value ?? execArgv[at + 1]!] : [];
  });
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
  if (Bun.isStandaloneExecutable) {
    // The program's own binary would run the program again, and so on.
    throw new UnsupportedError(
      "Cannot start process: a compiled program cannot start itself as a child, run it uncompiled",
      "compiled programs",
    );
  }
  const run = [
    process.execPath,
    ...runtimeFlags(),
    ...command.runtimeArgs,
    ...entry(command),
    ...process.argv.slice(2),
  ];
  const cmd = command.bound && canBind() ? ["setpriv", "--pdeathsig", "KILL", ...run] : run;
  const child = launch(cmd, command);
  const { stdout, stderr } = child;
  return {
    pid: child.pid,
    exited: child.exited.then((code): ExitStatus =>
      child.signalCode === null ? { code } : { signal: child.signalCode, number: code - 128 }
    ),
    stdout: stdout instanceof ReadableStream ? stdout as ReadableStream<Uint8Array> : null,
    stderr: stderr instanceof ReadableStream ? stderr as ReadableStream<Uint8Array> : null,
    kill: (signal) => child.kill(signal),
    ref: () => child.ref(),
    unref: () => child.unref(),
  };
}

function launch(cmd: string[], command: Command): Subprocess {
  const output = (where: string) => where === "null" ? "ignore" : where === "piped" ? "pipe" : "inherit";
  const bytes = new TextEncoder().encode(command.boot);
  const filed = bytes.length > BOOT_LIMIT;
  const again = command.origin === "start";
  const cwd = command.cwd ?? (again ? START.cwd : null);
  try {
    return Bun.spawn(cmd, {
      // Bytes become a memory file, complete before the child runs, whatever their size.
      stdin: filed ? bytes : again ? "inherit" : "ignore",
      stdout: output(command.stdout),
      stderr: output(command.stderr),
      env: { ...again ? START.env : process.env, ...command.env, [BOOT]: filed ? "+" : command.boot },
      ...(cwd === null ? {} : { cwd }),
    });
  } catch (cause) {
    const remedy = command.cwd !== undefined ? `check the directory ${command.cwd}` : "check the runtime's binary";
    throw new SpawnError(`Cannot start process: ${(cause as Error).message}, ${remedy}`, cmd, cause);
  }
}

/** The adapter, on Bun. */
export function bun(): Adapter {
  return {
    name: "Bun",
    self: bunSelf(),
    get binds() {
      return canBind();
    },
    spawn,
  };
}
