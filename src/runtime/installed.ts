/**
 * The runtime that this process runs on. Whoever starts the process installs it:
 * `mod.ts`, or the entry of a child. What was installed first stays.
 *
 * @module
 */
import { setStackCheck } from "../error_stack.ts";
import type { Adapter, Self } from "./adapter.ts";

let adapter: Adapter | undefined;
let self: Self | undefined;

/** Makes `given` the runtime of this process, unless there is one. */
export function install(given: Adapter): void {
  adapter ??= given;
  installSelf(given.self);
}

/** Makes `given` this process, unless it is known: all that a child needs that neither starts nor meets others. */
export function installSelf(given: Self): void {
  self ??= given;
  setStackCheck(hasDescriptor);
}

function hasDescriptor(): boolean {
  try {
    self?.checkDescriptors?.();
    return true;
  } catch {
    return false;
  }
}

/** Loads the whole runtime in a child that has done without it. */
export async function loadAdapter(): Promise<void> {
  adapter ??= await thisProcess().adapter();
}

/** The runtime of this process. */
export function runtime(): Adapter {
  return adapter ?? missing();
}

/** This process. */
export function thisProcess(): Self {
  return self ?? missing();
}

function missing(): never {
  throw new Error("Cannot use the library: no adapter is installed, import it through mod.ts");
}
