/**
 * What the files here take from Bun and from Node's modules. `node:fs` is loaded at
 * its first use, since most children read no file.
 *
 * @module
 */
import type { Bun as BunScope, NodeFs, Process } from "./types.ts";

// This module is also loaded where there is no Bun; on Deno the mere mention of `process` costs 20 ms.
export const Bun: BunScope = (globalThis as unknown as { Bun: BunScope }).Bun;
export const process: Process = Bun === undefined
  ? undefined as never
  : (globalThis as unknown as { process: Process }).process;

/** Carries the boot message. Named again, since every further module costs the start of a child. */
export const BOOT = "BROOD_BOOT";

/** What this process started with, but for its boot message: a fork of it starts with the same. */
export const START: { readonly env: Record<string, string | undefined>; readonly cwd: string } = Bun === undefined
  ? undefined as never
  : {
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith(BOOT))),
    cwd: process.cwd(),
  };

interface Require {
  <T>(name: string): T;
  /** Modules that are loaded, also those of `import`, by path. */
  cache: Record<string, unknown>;
  resolve(path: string): string;
}

/**
 * Loads a module now: what most children do not need is not loaded with them. It is not that of `import.meta`, which
 * Bun's bundler leaves as it is where it makes CommonJS, and cannot be there.
 */
export const require: Require = Bun === undefined || import.meta.url === undefined
  ? undefined as never
  : process.getBuiltinModule<{ createRequire(url: string): Require }>("node:module").createRequire(import.meta.url);

/** Node's file system module. */
export const fs = (): NodeFs => require("node:fs");

/** Path of a file of this folder, which is source here and may be compiled elsewhere. */
export function beside(name: string): string {
  return Bun.fileURLToPath(new URL(`./${name}.${import.meta.url.split(".").pop()}`, import.meta.url));
}
