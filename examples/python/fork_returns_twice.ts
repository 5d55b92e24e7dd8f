/** fork() is called once and returns twice: the child's process id in the parent, and 0 in the child. */
import { fork } from "../../mod.ts";

// In Python the child begins at fork(), with a copy of the memory. Here it is a new process that takes the way to
// fork() again from the first line of the program. What it writes on that way is dropped: this comes once.
console.log("before: there is one process");

const pid = fork();
if (pid === 0) {
  console.log("child: fork() returned 0");
} else {
  console.log(`parent: fork() returned ${pid}`);
}
// Nobody waits here, as in the shortest Python example: either of them may be the first to write and the first to end.
