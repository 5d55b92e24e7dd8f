/** Says how many processors it counts; with `pinned`, how many a child counts that runs on one only. */
import { execFileSync } from "node:child_process";
import process from "node:process";
import { cpuCount, Process } from "../../../mod.ts";
import { count } from "../_fixtures/machine.ts";

if (import.meta.main) {
  if (process.argv[2] === "pinned") {
    execFileSync("taskset", ["-a", "-c", "-p", "0", String(process.pid)]);
    await new Process({ target: count }).start().join();
  } else console.log(cpuCount());
}
