/**
 * What Bun knows of this process. Every child loads it, so it imports little.
 *
 * @module
 */
import type { Self } from "../../src/runtime/adapter.ts";
import { loadPart } from "../../src/runtime/load_part.ts";
import { cpuQuota } from "../posix/cgroup.ts";
import { guardModule, watchParent } from "../posix/parent_watch.ts";
import { forgetFailedModules } from "./failed_modules.ts";
import { beside, BOOT, Bun, fs, process, require } from "./globals.ts";
import { showMain, takeBoot } from "./program.ts";
import { cleanups, interrupts } from "./sigint.ts";
import { unrefTimeout } from "./timer.ts";
import { exitOnUncaughtErrors } from "./uncaught.ts";

/** Milliseconds after which a process that is to end counts as held by something. */
const HELD_MS = 20;

/** What is loaded when it is first needed: every module costs the start of every child. */
export interface Later extends Pick<Self, "network" | "adapter"> {
  /** Where it is loaded already: in a compiled program a module that no literal names is not there. */
  readBoot?: typeof import("./boot.ts").readBoot;
  /** Whether a bundler has put the library among the program's own modules. */
  isBundled?: boolean;
}

/** This process, on Bun. */
export function bunSelf({ readBoot, isBundled, ...later }: Later): Self {
  return {
    ...later,
    pid: process.pid,
    get ppid() {
      return process.ppid;
    },
    main: mainModule(),
    get host() {
      return host();
    },
    packaging: Bun.isStandaloneExecutable === true ? "compiled" : isBundled ? "bundled" : "modules",
    get cpus() {
      // Affinity is in what Bun reports; the quota of a control group is not.
      return Math.min(navigator.hardwareConcurrency, cpuQuota((path) => fs().readFileSync(path, "utf8")) ?? Infinity);
    },
    get hasOtherTexts() {
      // Bun simplifies the text of functions, but not beside a debugger, which children do not get.
      return process.execArgv.some((flag) => flag.startsWith("--inspect")) || hasDebugger(process.env);
    },
    env: (name) => process.env[name],
    boot() {
      const value = process.env[BOOT];
      if (value === undefined) return null;
      // Most messages are in this variable itself, and need nothing that is not loaded.
      if (value.includes("\n{")) return takeBoot(BOOT)!;
      return (readBoot ?? require<typeof import("./boot.ts")>(beside("boot")).readBoot)(takeBoot);
    },
    watchParent: (parent, ended) =>
      watchParent(parent, ended, () => process.ppid, (timer) => (timer as unknown as { unref(): void }).unref()),
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
    unrefTimeout,
    writeStderr,
    exit: (code) => process.exit(code),
    exitWhenFlushed(code) {
      if (code !== 0) process.exitCode = code;
      process.exitCode ??= 0;
      // exit() drops what a full pipe has not taken of process.stdout's; running dry does not. To ask process.stdout
      // costs more than the whole start, so only when something else holds the process.
      unrefTimeout(HELD_MS, () => process.stdout.end(() => process.stderr.end(() => process.exit())));
    },
    parentGuard: {
      start(parent) {
        const thread = new Worker(guardModule(parent, "process.ppid", `process.kill(${process.pid}, "SIGKILL")`));
        (thread as Worker & { unref(): void }).unref();
      },
    },
    interrupts,
    muting: {
      mute: async () => (await loadPart(import.meta.url, () => import("./mute.ts"))).mute(),
    },
    residentBytes: () => process.memoryUsage.rss(),
    collectGarbage: () => Bun.gc(false), // soon
    showMain,
    checkDescriptors,
    forgetFailedModules,
    exitOnUncaughtErrors: () => exitOnUncaughtErrors(writeStderr),
  };
}

/** Whoever maps a file opens it first. To load `node:fs` for this would take a third of the start of a worker. */
function checkDescriptors(): void {
  try {
    Bun.mmap("/dev/null", { shared: true });
  } catch (error) {
    if ((error as { syscall?: unknown }).syscall === "open") throw error; // else it was opened, and cannot be mapped
  }
}

function hasDebugger(env: Record<string, string | undefined>): boolean {
  return Object.keys(env).some((name) => name.startsWith("BUN_INSPECT") && env[name] !== "");
}

function writeStderr(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += fs().writeSync(2, bytes.subarray(at));
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
