/** One child process that runs one function, and a parent that waits for it. */
import { getpid, Process } from "../../mod.ts";

export function runTask(name: string): void {
  console.log(`child: running ${name} in process ${getpid()}`);
}

if (import.meta.main) {
  console.log(`parent: process ${getpid()}`);
  const child = new Process({ target: runTask, args: ["test"] });
  console.log("parent: starting the child");
  child.start();
  await child.join();
  console.log(`parent: the child has ended with exit code ${child.exitCode}`);
}
