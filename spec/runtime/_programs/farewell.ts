/** Writes a megabyte and ends with 3: `warn` and then exit(), or `leave`. */
import "../../../mod.ts";
import { thisProcess } from "../../../src/runtime/installed.ts";
import process from "node:process";

const size = 1 << 20;
setTimeout(() => {}, 60_000);
if (process.argv[2] === "warn") {
  thisProcess().writeStderr("w".repeat(size));
  thisProcess().exit(3);
}
process.stdout.write("o".repeat(size));
thisProcess().exitWhenFlushed(3);
