/** A module that fails while it is imported, or takes its time, in the way that the environment says. */
import process from "node:process";
import { blockFor, blockForGood } from "../../_support/blocking.ts";

export function increment(n: number): number {
  return n + 1;
}

const how = process.env.FAULT_MODULE;
if (how === "throw") throw new RangeError("the module is broken");
if (how === "exit") process.exit(7);
if (how === "hang") blockForGood();
if (how === "wait") await new Promise(() => setInterval(() => {}, 1_000));
if (how === "slow") blockFor(700);
