/** Starts a child that runs until it is ended, tells its pid, and tells how it ended. */
import { Process } from "../../../mod.ts";
import { linger } from "../../_support/lingers.ts";

if (import.meta.main) {
  const child = new Process({ target: linger }).start();
  console.log(child.pid);
  console.log(await child.join());
}
