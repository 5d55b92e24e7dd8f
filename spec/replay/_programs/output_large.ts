/** Writes much before a fork, by the console and by a stream that takes its time, and again in each process. */
import process from "node:process";
import { fork, wait } from "../../../mod.ts";

/** 400 lines of 1 KiB each. */
function text(letter: string): string {
  return `${letter.repeat(1023)}\n`.repeat(400);
}

console.log(text("a"));
process.stdout.write(text("b"));
process.stdout.write(text("b"));
if (fork() === 0) {
  console.log(text("c"));
  process.stdout.write(text("d"));
} else {
  console.log(text("e"));
  process.stdout.write(text("f"));
  await wait();
}
