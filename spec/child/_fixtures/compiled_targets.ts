/** Functions that children of a compiled program run: its main module exports all of them. */
import process from "node:process";
import {
  currentProcess,
  freezeSupport,
  getpid,
  getppid,
  type Lock,
  parentProcess,
  Pool,
  Process,
  type Queue,
  type Value,
} from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";

export interface Facts {
  name: string;
  nameAtImport: string;
  parent: string | undefined;
  isPpid: boolean;
  isAlone: boolean;
  given: unknown;
  options: unknown;
}

const nameAtImport = currentProcess().name;

/** Tells what it knows of itself, and what it was given. */
export async function tell(queue: Queue<Facts>, parent: number, given: unknown, options?: unknown): Promise<void> {
  await queue.put({
    name: currentProcess().name,
    nameAtImport,
    parent: parentProcess()?.name,
    isPpid: getppid() === parent,
    isAlone: getpid() === process.pid && getpid() !== parent,
    given,
    options,
  });
}

export class Greeter extends Process {
  greeting = "hello";
  queue: Queue<string> | null = null;

  override async run(): Promise<void> {
    await this.queue!.put(`${this.greeting} from ${this.name}`);
  }
}

export async function greetAndWait(queue: Queue<string>): Promise<void> {
  await queue.put("here");
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}

export function fail(): never {
  throw new RangeError("asked to fail");
}

export async function failLater(how: "throw" | "reject"): Promise<void> {
  if (how === "throw") setTimeout(fail, 10);
  if (how === "reject") setTimeout(() => void Promise.reject(new RangeError("asked to fail")), 10);
  await new Promise(() => {});
}

let base = 0;

export function setBase(to: number): void {
  base = to;
}

export function addBase(n: number): number {
  return base + n;
}

/** Adds to a value that others add to as well. */
export async function addSlowly(lock: Lock, value: Value<number>, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    await lock.acquire();
    await value.set(await value.get() + 1);
    await lock.release();
  }
}

/** Starts children of its own. */
export async function nest(queue: Queue<unknown>): Promise<void> {
  const code = await new Process({ target: square, args: [2] }).start().join();
  await using pool = new Pool(1);
  await queue.put([code, await pool.map(square, [1, 2, 3])]);
}

export async function measure(queue: Queue<number>, text: string): Promise<void> {
  await queue.put(text.length);
}

/** Calls it once more, in a child. */
export async function supportAgain(queue: Queue<string>): Promise<void> {
  await freezeSupport({});
  await queue.put("went on");
}
