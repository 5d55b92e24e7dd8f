/**
 * What Bun knows of this process. Every child loads it, so it loads `node:fs`
 * only when it must read a file.
 *
 * @module
 */
import type { Self } from "../../src/runtime/adapter.ts";
import type { Bun as BunScope, NodeFs, Process } from "./types.ts";

/** How often, in milliseconds, a child looks whether its parent is still the same. */
const PARENT_POLL = 200;
/** Milliseconds after which a process that leaves counts as held by something. */
const HELD = 20;

// This module is also loaded where there is no Bun; on Deno the mere mention of `process` costs 20 ms.
const { Bun } = globalThis as unknown as { Bun: BunScope };
export const process: Process = Bun === undefined
  ? undefined as never
  : (globalThis as unknown as { process: Process }).process;
/** What this process started with: a fork of it starts with the same. */
export const START = Bun === undefined ? undefined as never : {
  env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("BROOD_BOOT"))),
  cwd: process.cwd(),
};
/** Node's file system module, loaded at the first use. */
export const fs = (): NodeFs => require("node:fs");
/** Carries the boot message. Named again, since every further module costs the start of a child. */
const BOOT = "BROOD_BOOT";

/** Path of a file of this folder, which is source here and may be compiled elsewhere. */
export function beside(name: string): string {
  return Bun.fileURLToPath(new URL(`./${name}.${import.meta.url.split(".").pop()}`, import.meta.url));
}

/** Loads a module now: what most children do not need is not loaded with them. */
function require<T>(name: string): T {
  return (import.meta as unknown as { require(name: string): T }).require(name);
}

interface Require {
  (path: string): Record<string, unknown>;
  /** Modules that are loaded, also those of `import`, by path. */
  cache: Record<string, unknown>;
  resolve(path: string): string;
}

/** What runs before this process ends in an orderly way. */
const cleanups: (() => number | void)[] = [];
/** The library's own listeners for SIGINT. */
const ours = new Set<() => void>();

/** This process, on Bun. @param read reads a boot message of any kind; loaded when needed, unless it is given */
export function bunSelf(read?: () => string | null): Self {
  return {
    pid: process.pid,
    get ppid() {
      return process.ppid;
    },
    main: mainModule(),
    get host() {
      return host();
    },
    isCompiled: Bun.isStandaloneExecutable === true,
    args: process.argv.slice(2),
    get cpus() {
      return cpus();
    },
    residentBytes: () => process.memoryUsage.rss(),
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
      const { require } = import.meta as unknown as { require: Require };
      try {
        const path = require.resolve(Bun.fileURLToPath(url));
        // Synchronous, and the same instance as import's; it throws while a module awaits at its top level.
        return path in require.cache ? require(path) : null;
      } catch {
        return null;
      }
    },
    boot() {
      const text = process.env[BOOT];
      if (text === undefined) return null;
      if (!text.startsWith("{")) {
        return (read ?? require<typeof import("./boot.ts")>(beside("boot")).readBoot)();
      }
      delete process.env[BOOT];
      return text;
    },
    watchParent(parent, ended) {
      const timer = setInterval(() => {
        if (process.ppid === parent) return;
        clearInterval(timer);
        ended();
      }, PARENT_POLL);
      timer.unref();
    },
    guardParent(parent) {
      const source =
        `setInterval(() => { if (process.ppid !== ${parent}) process.kill(${process.pid}, "SIGKILL"); }, ${PARENT_POLL})`;
      const thread = new Worker(`data:application/javascript,${encodeURIComponent(source)}`);
      (thread as Worker & { unref(): void }).unref();
    },
    ignoreInterrupt() {
      process.on("SIGINT", () => {});
    },
    onInterrupt(act) {
      process.prependListener("SIGINT", act); // before one of the program's that leaves when it has heard
      ours.add(act);
      return () => {
        process.off("SIGINT", act);
        ours.delete(act);
      };
    },
    listensForInterrupt: () => process.listenerCount("SIGINT") > ours.size,
    raiseInterrupt() {
      for (const clean of cleanups) clean();
      process.kill(process.pid, "SIGINT");
    },
    atExit(clean) {
      cleanups.push(clean);
      process.on("exit", () => {
        const code = clean();
        if (code !== undefined) process.exit(code);
      });
    },
    nextTurn(act) {
      setTimeout(act, 0);
    },
    unrefTimeout(after, ring) {
      setTimeout(ring, after).unref();
    },
    exitOnUncaughtErrors() {
      for (const name of ["uncaughtException", "unhandledRejection"]) {
        process.on(name, (error) => {
          if (process.listenerCount(name) > 1) return;
          this.writeStderr(`${Bun.inspect(error)}\n`);
          process.exit(1);
        });
      }
    },
    recordRefusals: () => () => null,
    mute: async () => (await import("./mute.ts")).mute(),
    writeStderr(text) {
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length;) at += fs().writeSync(2, bytes.subarray(at));
    },
    network: () => import("./sockets.ts"),
    adapter: async () => (await import("./adapter.ts")).bun(),
    exit: (code) => process.exit(code),
    exitWhenFlushed(code) {
      // exit() drops what a full pipe has not taken of process.stdout's; running dry does not. To ask process.stdout
      // costs more than the whole start, so only when something else holds the process.
      process.exitCode = code;
      setTimeout(() => process.stdout.end(() => process.stderr.end(() => process.exit(code))), HELD).unref();
    },
  };
}

function mainModule(): string | null {
  return /\[(eval|stdin)\]$/.test(Bun.main) || Bun.main === "" ? null : Bun.pathToFileURL(Bun.main).href;
}

function host(): Self["host"] {
  if (!Bun.isMainThread) return "thread";
  try {
    // Anywhere else it takes no argument as well. Its variable NODE_ENV=test others may have set.
    Bun.jest();
  } catch (error) {
    if (/filename/.test((error as Error).message)) return "test runner";
  }
  return "program";
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
