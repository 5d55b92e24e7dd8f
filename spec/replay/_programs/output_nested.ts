/** Forks in forks: every process writes after each fork, and waits for its children. */
import { fork, wait } from "../../../mod.ts";

let path = "";
let children = 0;
console.log("start");
for (let step = 1; step <= 3; step++) {
  const isChild = fork() === 0;
  if (isChild) children = 0;
  else children++;
  path += isChild ? "c" : "p";
  console.log(path);
}
for (; children > 0; children--) await wait();
