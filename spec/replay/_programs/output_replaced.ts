/** Replaces methods of the console before a fork; writes by them and by those taken from it before. */
import { fork, wait } from "../../../mod.ts";

const { log, count } = console;
count("taken");
console.log = (...args: unknown[]) => log("replaced:", ...args);
console.count = (label) => log(`own count of ${label}`);
const info = console.info;
console.info = () => {};
console.info = info;
console.log("before");
console.count("before");

const who = fork() === 0 ? "child" : "parent";
if (who === "parent") await wait();
console.log(who);
console.count(who);
log("taken,", who);
count("taken");
console.info("put back,", who);
console.log(String(console.info === info || String(console.info).includes("native code")));
