/** Has a child of some kind that is interrupted together with it, and listens itself: says how the child ended. */
import process from "node:process";
import { fork, Process, wait } from "../../../mod.ts";
import { nest } from "../../pool/_fixtures/fault_deaf.ts";
import { mark } from "../../_support/scratch.ts";
import { hold } from "../../_support/waiting.ts";

if (import.meta.main) {
  const [folder, kind] = process.argv.slice(2) as [string, string];
  const begun = `${folder}/begun`;
  if (kind === "fork" && fork() === 0) {
    await hold(begun, `${folder}/gate`);
    process.exit(0);
  }
  const heard = new Promise((resolve) => process.on("SIGINT", resolve));
  const target = kind === "pool" ? nest : hold;
  const args = [begun, kind === "pool" ? "loop" : `${folder}/gate`];
  if (kind !== "fork") new Process({ target: target as (...args: unknown[]) => unknown, args }).start();
  mark(`${folder}/ready`);
  const [, status] = await wait();
  await heard; // a program that ends before its listener was called may end by the signal
  console.log(status);
}
