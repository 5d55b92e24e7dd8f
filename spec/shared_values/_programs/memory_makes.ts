/**
 * Makes shared memory, says its name, and ends in the way that its argument says.
 *
 * @module
 */
import process from "node:process";
import { fork, SharedMemory, wait } from "../../../mod.ts";

const [, , way, name] = process.argv;
const memory = name === undefined ? SharedMemory.create(16) : SharedMemory.open(name);

switch (way) {
  case "hold":
    console.log(memory.name);
    setInterval(() => {}, 1_000);
    break;
  case "fork":
    if (fork() === 0) memory.buf[0] = 5;
    else {
      await wait();
      console.log(memory.buf[0]);
    }
    break;
  default:
    memory.buf[0] = 9;
    console.log(memory.name);
    if (way === "exit") process.exit(3);
    if (way === "throw") throw new Error("on purpose");
}
