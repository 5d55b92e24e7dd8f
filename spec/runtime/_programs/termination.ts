/** Ignores SIGTERM from now on, is sent one, listens for it, and is sent another. */
import "../../../mod.ts";
import process from "node:process";
import { thisProcess } from "../../../src/runtime/installed.ts";

let told = 0;
const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
thisProcess().interrupts!.ignoreTermination(() => told++);
process.kill(process.pid, "SIGTERM");
await pause();
console.log(`goes on, told ${told}`);
const called = new Promise<void>((resolve) => process.on("SIGTERM", resolve));
process.kill(process.pid, "SIGTERM");
await called;
console.log("called");
console.log(`goes on, told ${told}`);
process.exit(0);
