/** Who runs the code of this program, and of a thread that it starts. */
import "../../../mod.ts";
import { thisProcess } from "../../../src/runtime/installed.ts";

console.log(thisProcess().host);
const thread = new Worker(new URL("../../_support/thread.ts", import.meta.url), { type: "module" });
thread.onmessage = ({ data }) => {
  console.log(data[0]);
  thread.terminate();
};
