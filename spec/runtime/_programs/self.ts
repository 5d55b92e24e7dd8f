/** What the adapter knows of this program, as one line of JSON. */
import "../../../mod.ts";
import { here } from "../../../src/runtime/adapter.ts";
import process from "node:process";

const { pid, ppid, main, args, cpus } = here();
console.log(JSON.stringify({
  pid: pid === process.pid,
  ppid: ppid === process.ppid,
  main,
  args,
  cpus,
  env: [here().env("SPEC_SET"), here().env("SPEC_UNSET") ?? null],
  boot: here().boot(),
}));
