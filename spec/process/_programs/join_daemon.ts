/** Joins a daemon to its end, and another one for a moment: it must not keep the program from ending. */
import { Process } from "../../../mod.ts";
import { linger, pause } from "../../_support/lingers.ts";

if (import.meta.main) {
  console.log(await new Process({ target: pause, args: [300], daemon: true }).start().join());
  console.log(await new Process({ target: linger, daemon: true }).start().join({ timeout: 50 }));
}
