/** Writes inside of snapshot(), synchronous and not, before a fork. */
import process from "node:process";
import { fork, snapshot, wait } from "../../../mod.ts";

const one = snapshot(() => {
  console.log("synchronous");
  console.group("group of the snapshot");
  console.groupEnd();
  return 1;
});
const two = await snapshot(async () => {
  console.log("asynchronous");
  await new Promise((resolve) => process.stdout.write("called back\n", resolve));
  return 2;
});
const who = fork() === 0 ? "child" : "parent";
console.log(who, one + two);
if (who === "parent") await wait();
