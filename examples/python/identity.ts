/** Who is who after fork(): the parent knows the child by what fork() returned, the child its parent by getppid(). */
import { fork, getpid, getppid, wait } from "../../mod.ts";

const pid = fork(); // throws when it fails, as in Python: unlike in C there is no result below 0
if (pid === 0) {
  console.log(`child: process ${getpid()}, parent ${getppid()}`);
} else {
  console.log(`parent: process ${getpid()}, child ${pid}`);
}
console.log(`both: process ${getpid()} runs this line`);

// Without this the parent could be gone before the child asks for it, and getppid() would name who adopted the child.
if (pid !== 0) await wait();
