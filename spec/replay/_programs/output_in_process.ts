/** A function that a Process runs writes, forks, and writes. */
import process from "node:process";
import { fork, Process, wait } from "../../../mod.ts";

export async function family(): Promise<void> {
  console.log("before");
  process.stdout.write("before, by a stream\n");
  const who = fork() === 0 ? "child" : "parent";
  console.log(who);
  process.stdout.write(`${who}, by a stream\n`);
  if (who === "parent") await wait();
}

if (import.meta.main) {
  console.log("main");
  await new Process({ target: family }).start().join();
}
