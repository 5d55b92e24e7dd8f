/**
 * A program that is bundled: tells for each of its arguments what came of it, a line of JSON each. It awaits
 * `freezeSupport()` before it has declared all that it exports.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fork, freezeSupport, Pool, Process, Queue, task } from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";
import { can } from "../../_support/permitted.ts";
import * as self from "./bundled.ts";

export { square } from "../../_support/arithmetic.ts";

/** Where a child is, whether a module ran before it, and whether it may read that. */
export async function surroundings(queue: Queue<unknown>, preload: string): Promise<void> {
  await queue.put([process.cwd(), "preloaded" in globalThis, can(() => readFileSync(preload))]);
}

/** Starts `square`, and tells its exit code. */
export async function start(): Promise<number | null> {
  await freezeSupport(self);
  return await new Process({ target: square, args: [2] }).start().join();
}

async function refused(act: () => unknown): Promise<string[]> {
  try {
    await act();
    return [];
  } catch (error) {
    return [(error as Error).name, (error as Error).message];
  }
}

const WAYS: Record<string, (word: string) => Promise<unknown>> = {
  start,
  async pool() {
    await using pool = new Pool(2);
    return await pool.map(square, [1, 2, 3]);
  },
  fork: () => refused(() => fork()),
  async options(cwd) {
    const preload = `${cwd}/preload.js`;
    writeFileSync(preload, "globalThis.preloaded = true;");
    const queue = new Queue<unknown>();
    const options = { cwd, runtimeArgs: ["--preload", preload], permissions: { net: ["127.0.0.1"] } };
    const child = new Process({ target: surroundings, args: [queue, preload], ...options }).start();
    return [await queue.get(), await child.join()];
  },
  async late() {
    const lazy = await import("../_fixtures/bundled_lazy.ts");
    const tried = [self.declaredLate, self.registeredLate, lazy.registeredLazily];
    await using pool = new Pool(1);
    return [
      ...await Promise.all(tried.map((target) => refused(() => pool.apply(target, [1])))),
      await pool.apply(self.hoisted, [1]),
    ];
  },
  async gone() {
    const main = new URL(import.meta.url);
    renameSync(main, `${main.pathname}.gone`);
    const told = [await refused(start), await refused(() => new Pool(1).apply(square, [1]))];
    renameSync(`${main.pathname}.gone`, main);
    return told;
  },
};

if (import.meta.main) await freezeSupport(self);

export const declaredLate = (n: number) => n;
export const { registeredLate } = task(import.meta, { registeredLate: (n: number) => n });
export function hoisted(n: number): number {
  return n;
}

if (import.meta.main) {
  for (const word of process.argv.slice(2)) {
    const [, way, rest] = /^(\w+):?(.*)$/.exec(word)!;
    console.log(JSON.stringify([way, await WAYS[way!]!(rest!)]));
  }
}
