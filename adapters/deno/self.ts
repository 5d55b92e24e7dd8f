/**
 * What Deno knows of this process. Every child loads it, so it imports no `node:`
 * module: one costs more than the whole start of a child.
 *
 * @module
 */
import type { Self } from "../../src/runtime/adapter.ts";
import { loadPart } from "../../src/runtime/load_part.ts";
import { BOOT } from "../posix/boot_env.ts";
import { guardModule, watchParent } from "../posix/parent_watch.ts";
import { readBoot } from "./boot.ts";
import { whole } from "./permissions.ts";
import { cleanups, interrupts } from "./sigint.ts";
import { unrefTimeout } from "./timer.ts";

/** What this process started with, where it may be known: a fork of it starts with the same. */
export const START: {
  readonly env: Record<string, string> | null;
  readonly cwd: string | null;
} = typeof Deno === "undefined" ? undefined as never : {
  env: whole("env")
    ? Object.fromEntries(Object.entries(Deno.env.toObject()).filter(([name]) => !name.startsWith(BOOT)))
    : null,
  cwd: whole("read") || whole("read", ".") ? Deno.cwd() : null,
};

/** What makes the engine collect, and then account for it. */
const ASKED_BUFFERS = 8;
const ASKED_BYTES = 2 ** 26;

/** What is loaded when it is first needed: every module costs the start of every child. */
export interface Later extends Pick<Self, "network" | "adapter"> {
  /** Whether a bundler has put the library among the program's own modules. */
  isBundled?: boolean;
}

/** This process, on Deno. */
export function denoSelf({ isBundled, ...later }: Later): Self {
  return {
    ...later,
    pid: Deno.pid,
    get ppid() {
      return Deno.ppid;
    },
    main: mainModule(),
    get host() {
      return host();
    },
    packaging: Deno.build.standalone ? "compiled" : isBundled ? "bundled" : "modules",
    get cpus() {
      return navigator.hardwareConcurrency;
    },
    env(name) {
      return whole("env", name) ? Deno.env.get(name) : undefined;
    },
    boot: readBoot,
    watchParent: (parent, ended) => watchParent(parent, ended, () => Deno.ppid, Deno.unrefTimer),
    atExit(clean) {
      cleanups.push(clean);
      addEventListener("unload", () => {
        const code = clean();
        if (code !== undefined) Deno.exit(code);
      });
      // An uncaught error runs no unload listener, and ends the process with 1.
      addEventListener("error", (event) => event.defaultPrevented || clean(event.error));
      addEventListener("unhandledrejection", (event) => event.defaultPrevented || clean(event.reason));
    },
    nextTurn(act) {
      AbortSignal.timeout(0).addEventListener("abort", act);
    },
    unrefTimeout,
    writeStderr(text) {
      const bytes = new TextEncoder().encode(text);
      const { writeSync } = Object.getPrototypeOf(Deno.stderr) as typeof Deno.stderr; // its own may be muted
      for (let at = 0; at < bytes.length;) at += writeSync.call(Deno.stderr, bytes.subarray(at));
    },
    exit: (code) => Deno.exit(code),
    exitWhenFlushed: (code) => Deno.exit(code || Deno.exitCode), // every way to write is synchronous, or was awaited
    parentGuard: {
      start(parent) {
        new Worker(guardModule(parent, "Deno.ppid", `Deno.kill(${Deno.pid}, "SIGKILL")`), { type: "module" });
      },
    },
    interrupts,
    muting: {
      mute: async () => (await loadPart(import.meta.url, () => import("./mute.ts"))).mute(),
    },
    residentBytes: () => Deno.memoryUsage().rss,
    collectGarbage,
    recordRefusals,
    checkDescriptors,
  };
}

/** Deno ends the process when it parses a module, or looks up the lines of one for a stack, while no descriptor is left: https://github.com/denoland/deno/issues/2243. */
export function checkDescriptors(): void {
  if (whole("read")) Deno.openSync("/dev/null").close();
}

/**
 * V8 collects when much memory is asked for outside of its heap, and Deno gives no other way to make it. None of that is
 * written to, so the system gives addresses for it and no memory.
 */
function collectGarbage(): void {
  const asked: ArrayBuffer[] = [];
  try {
    while (asked.length < ASKED_BUFFERS) asked.push(new ArrayBuffer(ASKED_BYTES));
  } catch {
    // there are no addresses left, and the attempt has made the engine collect
  }
  for (const buffer of asked) buffer.transfer(0); // given back at once
}

function recordRefusals(): () => string | null {
  let first: string | null = null;
  const { prototype } = Deno.errors.NotCapable;
  // The one trace that a refusal leaves when the program catches it: the error is given its name.
  Object.defineProperty(prototype, "name", {
    configurable: true,
    set(name: string) {
      first ??= this.message;
      Object.defineProperty(this, "name", { value: name, configurable: true, writable: true });
    },
  });
  return () => {
    delete (prototype as { name?: string }).name;
    return first;
  };
}

/** The main module, unless it cannot be imported again; a thread does not know it. */
export function mainModule(): string | null {
  const main: string | undefined = Deno.mainModule;
  return main === undefined || /\$deno\$(eval|stdin|repl)/.test(decodeURI(main)) ? null : main;
}

function host(): Self["host"] {
  if (Deno.mainModule === undefined) return "thread";
  // Elsewhere it takes nothing and does nothing, or asks first whether there is a runner.
  const { test } = Deno;
  return test.length > 0 && !String(test).includes("op_register_test") ? "test runner" : "program";
}
