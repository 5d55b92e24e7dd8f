/** Ignores SIGINT from now on, is sent one, and goes on. */
import "../../../mod.ts";
import { thisProcess } from "../../../src/runtime/installed.ts";
import process from "node:process";

if (process.argv[2] === "ignore") thisProcess().interrupts!.ignore();
setTimeout(() => process.kill(process.pid, "SIGINT"), 10);
setTimeout(() => {
  console.log("goes on");
  process.exit(0);
}, 300);
