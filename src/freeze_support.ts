/**
 * `freezeSupport()`: children of compiled programs. Such a child is the program's
 * binary again, with a boot message; its main module is evaluated, and comes here
 * before it does anything else.
 *
 * @module
 */
import { here } from "./adapter.ts";
import { setImporting } from "./family.ts";
import { freeze } from "./frozen.ts";

/** What this process is to do as the child of a compiled program. */
let message: string | null = null;

/** In such a child the main module is imported, as by any other child, up to its call of {@linkcode freezeSupport}. */
export function expectFreeze(): void {
  if (!here().isCompiled) return;
  message = here().boot();
  setImporting(message !== null);
}

/**
 * Lets a compiled program start processes: `bun build --compile`, `deno compile`.
 *
 * Such a program has no modules that a child could import. Its children are the
 * binary again: they evaluate the main module, come to this call, run their
 * target and end here; what follows is the program's alone. Targets are exports
 * of the main module, or registered by {@linkcode task} anywhere in the program.
 * Without this call, starting a process throws. In a program that is not
 * compiled it does nothing.
 *
 * Python's `multiprocessing.freeze_support()`.
 *
 * @param self the main module's own namespace: `import * as self from "./main.ts"`
 * @returns settles in the program itself, and never in a child
 * @throws {TypeError} `self` is not a namespace
 *
 * @example A program that is compiled, in main.ts
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
export async function freezeSupport(self: Record<string, unknown>): Promise<void> {
  if (typeof self !== "object" || self === null) {
    throw new TypeError(
      'Cannot support compiled program: self is not a namespace, pass that of the main module: import * as self from "./main.ts"',
    );
  }
  if (!here().isCompiled) return;
  freeze(self);
  if (message === null) return;
  const text = message;
  message = null;
  setImporting(false);
  here().endAtFaults();
  const { become } = await import("./worker.ts");
  void become(text, {}, () => Promise.resolve(self)); // what it throws is a fault
  await new Promise(() => {}); // it ends this process
}
