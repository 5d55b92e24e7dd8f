/**
 * Functions that children run: they take their time, and tell by files when they have begun. To import the library here
 * would cost every child a quarter of its start, and on Deno `node:process` another.
 */
import { thisProcess } from "../../src/runtime/installed.ts";
import { exists, note } from "./scratch.ts";
import { blockFor, blockForGood } from "./blocking.ts";

export function pid(): number {
  return thisProcess().pid;
}

export async function sleep(ms: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return thisProcess().pid;
}

/** Notes its pid in the file `begun`, waits until the file `gate` is there, and gives its pid. */
export async function hold(begun: string, gate: string): Promise<number> {
  note(begun, thisProcess().pid);
  while (!exists(gate)) await new Promise((resolve) => setTimeout(resolve, 5));
  return thisProcess().pid;
}

/** Keeps its event loop from turning for so many milliseconds. */
export function block(ms: number): number {
  blockFor(ms);
  return thisProcess().pid;
}

/** Notes its pid in the file `begun` and keeps its event loop from turning for good. */
export function spin(begun: string): never {
  note(begun, thisProcess().pid);
  blockForGood();
}

/** Notes its pid in the file `begun` and never ends, with an event loop that turns. */
export async function heedless(begun: string): Promise<never> {
  note(begun, thisProcess().pid);
  return await new Promise(() => setInterval(() => {}, 1_000));
}

/** Notes its argument in the file `path`. */
export function jot(path: string, line: unknown): number {
  note(path, line);
  return thisProcess().pid;
}

/** Waits until the file `gate` is there, and gives `value`. */
export async function holdEither([gate, value]: [gate: string, value: number]): Promise<number> {
  while (!exists(gate)) await new Promise((resolve) => setTimeout(resolve, 5));
  return value;
}

/** Fails when there is one part, else as {@linkcode hold}. */
export async function orHold([begun, gate]: string[]): Promise<number> {
  if (gate === undefined) throw new RangeError("asked to fail");
  return await hold(begun!, gate);
}
