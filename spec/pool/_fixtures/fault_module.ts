/** A module that fails while it is imported, or takes its time, in the way that the environment says. */
import process from "node:process";

export function increment(n: number): number {
  return n + 1;
}

const how = process.env.FAULT_MODULE;
if (how === "throw") throw new RangeError("the module is broken");
if (how === "exit") process.exit(7);
if (how === "hang") { for (;;); }
if (how === "wait") await new Promise(() => setInterval(() => {}, 1_000));
if (how === "slow") { for (const end = Date.now() + 700; Date.now() < end;); }
