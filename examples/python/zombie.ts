/** A zombie: a child that has ended stays in the process table, with its exit code, until its parent waits for it. */
import process from "node:process";
import { fork, getpid, processTable, wait, waitStatusToExitCode } from "../../mod.ts";
import { delay } from "./delay.ts";

const pid = fork();
if (pid === 0) {
  console.log(`child: process ${getpid()} exits with 3`);
  process.exit(3);
}

let state: string | undefined;
while (state !== "zombie") {
  await delay(20); // a parent that never lets go of the event loop would not hear of the end
  const [child] = processTable();
  state = child?.state;
  console.log(`parent: goes on, process ${child?.pid} is ${state}, exit code ${child?.exitCode}`);
}
// In Python this zombie would be the operating system's and show in ps. Here the library has collected the child
// already and only keeps its status, so what is not waited for costs a line in this table and no process id.
console.log(`parent: of ${getpid()} and ${pid} the operating system knows ${[getpid(), pid].filter(isKnown)}`);

const [ended, status] = await wait();
console.log(`parent: collected process ${ended}, exit code ${waitStatusToExitCode(status)}`);
console.log(`parent: children left: ${processTable().length}`);

/** Whether the operating system has a process of this id; a zombie counts. */
function isKnown(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
