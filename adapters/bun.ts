/**
 * Bun: `Bun.spawn`, `Bun.listen`, `Bun.connect`. Maps, never decides.
 *
 * Limits of the platform: there are no permissions, so the option is ignored; a
 * child's environment is a snapshot from the start of this process unless it is
 * passed; a socket may take less than it is given and calls back for the rest.
 *
 * @module
 */
import type { Adapter, Child, Command, ExitStatus, Self } from "../src/adapter.ts";
import { SpawnError } from "../src/errors.ts";
import type { Bun as BunScope, NodeFs, Process, Subprocess } from "./bun_types.ts";

// This module is also loaded where there is no Bun; on Deno the mere mention of `process` costs 20 ms.
const { Bun } = globalThis as unknown as { Bun: BunScope };
const process = Bun === undefined ? undefined as never : (globalThis as unknown as { process: Process }).process;
const fs = (): NodeFs => (import.meta as unknown as { require(name: string): NodeFs }).require("node:fs");

const PARENT_POLL = 200;

// --- runtime flags ---

/** Flags that decide how modules are found and run; the child needs the same. */
const KEPT = /^--(smol|conditions|define|loader|jsx-[\w-]+|tsconfig-override|no-deprecation|expose-gc)\b/;

function runtimeFlags(): string[] {
  return process.execArgv.filter((flag) => KEPT.test(flag));
}

// --- start a child ---

const BOOT = "BROOD_BOOT";
const BOOT_LIMIT = 96 * 1024;

function childEntry(): string {
  return Bun.fileURLToPath(new URL(`./child.${import.meta.url.split(".").pop()}`, import.meta.url));
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
  const run = [process.execPath, ...runtimeFlags(), ...command.runtimeArgs, childEntry(), ...process.argv.slice(2)];
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
  try {
    return Bun.spawn(cmd, {
      // Bytes become a memory file, complete before the child runs, whatever their size.
      stdin: filed ? bytes : "ignore",
      stdout: output(command.stdout),
      stderr: output(command.stderr),
      env: { ...process.env, ...command.env, [BOOT]: filed ? "+" : command.boot },
      ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    });
  } catch (cause) {
    const remedy = command.cwd !== undefined ? `check the directory ${command.cwd}` : "check the runtime's binary";
    throw new SpawnError(`Cannot start process: ${(cause as Error).message}, ${remedy}`, cmd, cause);
  }
}

// --- this process ---

function thisProcess(): Self {
  return {
    pid: process.pid,
    get ppid() {
      return process.ppid;
    },
    main: mainModule(),
    args: process.argv.slice(2),
    get cpus() {
      return cpus();
    },
    env: (name) => process.env[name],
    source(url) {
      try {
        return fs().readFileSync(new URL(url), "utf8");
      } catch {
        return null;
      }
    },
    namespace(url) {
      if (!url.startsWith("file:") || /[?#]/.test(url)) return null;
      try {
        // Synchronous, and the same instance as import's; it throws while a module awaits at its top level.
        return (import.meta as unknown as { require(path: string): Record<string, unknown> }).require(
          Bun.fileURLToPath(url),
        );
      } catch {
        return null;
      }
    },
    boot() {
      const text = process.env[BOOT];
      if (text === undefined) return null;
      delete process.env[BOOT];
      return text === "+" ? readFile() : text;
    },
    watch(parent, ended) {
      const timer = setInterval(() => {
        if (process.ppid === parent) return;
        clearInterval(timer);
        ended();
      }, PARENT_POLL);
      timer.unref();
    },
    guard(parent) {
      const source =
        `setInterval(() => { if (process.ppid !== ${parent}) process.kill(${process.pid}, "SIGKILL"); }, ${PARENT_POLL})`;
      const thread = new Worker(`data:application/javascript,${encodeURIComponent(source)}`);
      (thread as Worker & { unref(): void }).unref();
    },
    ignoreInterrupt() {
      process.on("SIGINT", () => {});
    },
    atExit(clean) {
      process.on("exit", clean);
    },
    warn(text) {
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length;) at += fs().writeSync(2, bytes.subarray(at));
    },
    exit: (code) => process.exit(code),
  };
}

function readFile(): string {
  const { readSync, ftruncateSync } = fs();
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = new Uint8Array(65_536);
    const count = readSync(0, chunk);
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
  }
  ftruncateSync(0); // user code finds an empty stdin, through every door
  return new TextDecoder().decode(Bun.concatArrayBuffers(chunks));
}

function mainModule(): string | null {
  return /\[(eval|stdin)\]$/.test(Bun.main) || Bun.main === "" ? null : Bun.pathToFileURL(Bun.main).href;
}

/** Affinity is in what Bun reports; the quota of a control group is not. */
function cpus(): number {
  const available = navigator.hardwareConcurrency;
  try {
    const [quota, period] = fs().readFileSync("/sys/fs/cgroup/cpu.max", "utf8").split(" ").map(Number) as [
      number,
      number,
    ];
    if (quota > 0) return Math.max(1, Math.min(available, Math.ceil(quota / period)));
  } catch {
    // no such control group, or it is not for us to read
  }
  return available;
}

/** The adapter, on Bun. */
export function bun(): Adapter {
  return {
    name: "Bun",
    self: thisProcess(),
    get binds() {
      return canBind();
    },
    spawn,
    listen: async () => (await import("./bun_link.ts")).listen(),
    connect: async (address) => (await import("./bun_link.ts")).connect(address),
  };
}
