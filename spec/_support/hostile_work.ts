/** Work of children whose parent is under attack. */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { readFileSync } from "node:fs";
import type { Queue } from "../../mod.ts";

/** Sends back twice what it gets, until it gets nothing. */
export async function double(into: Queue<number | null>, out: Queue<number>): Promise<void> {
  for (let number = await into.get(); number !== null; number = await into.get()) await out.put(2 * number);
}

/** Puts one thing and ends. */
export async function putOnce(queue: Queue<number>, number: number): Promise<void> {
  await queue.put(number);
}

export function square(number: number): number {
  return number * number;
}

/** What anybody can see of this process: its command line, and the variables that it has and gives to others. */
export async function tellAll(queue: Queue<string>): Promise<void> {
  const started = spawnSync("env", { encoding: "utf8" }).stdout;
  await queue.put(readFileSync("/proc/self/cmdline", "utf8") + JSON.stringify(process.env) + started);
  await queue.get(); // until it was looked at
}
