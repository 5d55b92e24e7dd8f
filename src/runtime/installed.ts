/**
 * The runtime that this process runs on, installed once by whoever starts it:
 * `mod.ts`, or the entry of a child. Everything in `src/` asks here.
 *
 * @module
 */
import type { Adapter, Self } from "./adapter.ts";

let adapter: Adapter | undefined;
let self: Self | undefined;

/** Makes `given` the runtime of this process. Called by `mod.ts`, and by a child that starts or meets others. */
export function install(given: Adapter): void {
  adapter = given;
  self = given.self;
}

/** Makes `given` this process: all that a child needs that neither starts nor meets others. */
export function installSelf(given: Self): void {
  self = given;
}

/** Makes the runtime known to a child that has done without it. */
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
