/** A global variable after fork(): each process has its own, and sees only its own change. */
import { fork, wait } from "../../mod.ts";

let counter = 0;
counter += 10; // before fork(): both have it, since the child has come along here as well; Python copies it

if (fork() === 0) {
  counter += 1;
  console.log(`child: counter=${counter}`);
} else {
  await wait(); // the child has ended when this goes on
  counter += 1;
  console.log(`parent: counter=${counter}`); // 12 if the variable were shared
}
