/** Throws after a fork, in both processes; the parent when it has waited for the child. */
import { fork, wait } from "../../../mod.ts";

console.error("before");
const isChild = fork() === 0;
if (!isChild) console.log(JSON.stringify((await wait())[1]));
throw new RangeError(isChild ? "thrown in the child" : "thrown in the parent");
