/**
 * `freezeSupport()`: children of bundled and compiled programs. Such a child is the
 * program again, with a boot message; its main module is evaluated, and comes here
 * before it does anything else.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import { thisProcess } from "../runtime/installed.ts";
import type { AnyBootMessage } from "../process/boot_message.ts";
import { BootstrapError } from "../errors.ts";
import { setIdentity, setImporting } from "../runtime/process_info.ts";
import { loadPart } from "../runtime/load_part.ts";
import { setCompiledExports } from "../function/compiled_exports.ts";

/** The boot message of a child that is the program again, until it is served; null in any other process. */
let pendingBoot: AnyBootMessage | null = null;

/** Kept where a second copy of the library in the same program sees it: the boot message can be read once. */
const TAKEN = Symbol.for("@brood/multiprocessing: boot message taken");
const sharedNotes = globalThis as { [TAKEN]?: typeof freezeSupport };

/** Makes a child that is the program again one that imports its main module, until that calls {@linkcode freezeSupport}. */
export function expectFreeze(): void {
  const { packaging } = thisProcess();
  if (packaging === "modules") return;
  const text = thisProcess().boot();
  if (text === null) return;
  pendingBoot = JSON.parse(text) as AnyBootMessage;
  setIdentity({ ...pendingBoot.identity!, pid: thisProcess().pid });
  sharedNotes[TAKEN] = freezeSupport;
  setImporting(true);
  thisProcess().atExit(() => {
    if (pendingBoot === null) return;
    thisProcess().writeStderr(
      `Cannot run child: this ${packaging} program has ended before it came to await freezeSupport(self), call that first\n`,
    );
    return 1;
  });
}

/**
 * Lets a program start processes that a bundler or a compiler has made: `bun build`,
 * `deno bundle`, `deno compile`.
 *
 * Such a program has no modules that a child could import. Its children are the
 * program again: they evaluate the main module, come to this call, run their
 * target and end here; what follows is the program's alone. Targets are exports
 * of the main module, or registered by {@linkcode task} in any module that it has
 * loaded by then. Without this call, starting a process throws. In a program that
 * is neither it does nothing, nor when it is called again.
 *
 * Python's `multiprocessing.freeze_support()`.
 *
 * @param self the main module's own namespace: `import * as self from "./main.ts"`
 * @returns settles in the program itself, and never in a child
 * @throws {TypeError} `self` is not a namespace
 * @throws {BootstrapError} in a child: the program has two copies of the library, and the other one was started
 *
 * @example A program that can be bundled or compiled, in main.ts
 * ```ts ignore
 * import { freezeSupport, Pool } from "@brood/multiprocessing";
 * import * as self from "./main.ts";
 *
 * export function square(n: number) {
 *   return n * n;
 * }
 *
 * if (import.meta.main) {
 *   await freezeSupport(self);
 *   await using pool = new Pool(2);
 *   console.log(await pool.map(square, [1, 2, 3])); // [1, 4, 9]
 * }
 * ```
 */
export function freezeSupport(self: Record<string, unknown>): Promise<void> {
  if (!isNamespace(self)) {
    return Promise.reject(
      typeError(
        'Cannot support bundled or compiled program: self is not a namespace, pass that of the main module: import * as self from "./main.ts"',
      ),
    );
  }
  const { packaging } = thisProcess();
  if (packaging === "modules") return Promise.resolve();
  if (sharedNotes[TAKEN] !== undefined && sharedNotes[TAKEN] !== freezeSupport) {
    return Promise.reject(
      new BootstrapError(
        `Cannot run child: this ${packaging} program has two copies of the library, give all of its modules the same version`,
      ),
    );
  }
  if (pendingBoot !== null) return serve(pendingBoot, self);
  const support = new LazySupport((resolve) => resolve());
  support.self = self;
  return support;
}

/** Takes effect when it is awaited: a program that does not await it would go on in a child, and start children there. */
class LazySupport extends Promise<void> {
  self: Record<string, unknown> = {};

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  override then<T, U>(...then: Parameters<typeof Promise.prototype.then<T, U>>): Promise<T | U> {
    setCompiledExports(this.self);
    return super.then(...then);
  }
}

/** Runs what the message says, and never settles: it ends this process. */
async function serve(boot: AnyBootMessage, self: Record<string, unknown>): Promise<void> {
  const { runBootMessage } = await loadPart(import.meta.url, () => import("./child_main.ts"));
  pendingBoot = null;
  setCompiledExports(self);
  setImporting(false);
  thisProcess().exitOnUncaughtErrors?.();
  void runBootMessage(boot, {}, () => Promise.resolve(self)); // a rejection is a fault of the library
  await new Promise(() => {});
}

/** In a bundle a namespace is a plain object. */
function isNamespace(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype ||
    Object.prototype.toString.call(value) === "[object Module]";
}
