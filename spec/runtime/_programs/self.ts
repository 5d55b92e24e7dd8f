/** What the adapter knows of this program, as one line of JSON. */
import "../../../mod.ts";
import { thisProcess } from "../../../src/runtime/installed.ts";
import process from "node:process";

const { pid, ppid, main, cpus } = thisProcess();
console.log(JSON.stringify({
  pid: pid === process.pid,
  ppid: ppid === process.ppid,
  main,
  cpus,
  env: [thisProcess().env("SPEC_SET"), thisProcess().env("SPEC_UNSET") ?? null],
  boot: thisProcess().boot(),
}));
