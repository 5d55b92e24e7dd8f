/** A parent that waits for its child, and learns which child it was and how it ended. */
import { fork, getpid, processTable, wait, waitStatusToExitCode } from "../../mod.ts";
import { delay } from "./delay.ts";

const pid = fork();
if (pid === 0) {
  for (let round = 1; round <= 5; round++) {
    console.log(`child: process ${getpid()} works, round ${round}`);
    await delay(20);
  }
  // A fork child ends like any program: when it has nothing more to do, with exit code 0.
} else {
  console.log(`parent: process ${getpid()} waits`);
  // A promise, where os.wait() blocks: other work of the parent goes on meanwhile.
  const [ended, status] = await wait();
  console.log(`parent: collected process ${ended}, status ${status}, exit code ${waitStatusToExitCode(status)}`);
  console.log(`parent: cleanup complete, children left: ${processTable().length}`);
}
