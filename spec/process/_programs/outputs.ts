/** Children whose output is inherited, and others whose output goes nowhere. */
import { Process } from "../../../mod.ts";
import { complain, say } from "../../_support/say.ts";

if (import.meta.main) {
  await new Process({ target: say, args: ["inherited"] }).start().join();
  await new Process({ target: complain, args: ["complained"] }).start().join();
  await new Process({ target: say, args: ["lost"], stdout: "null" }).start().join();
  await new Process({ target: complain, args: ["lost"], stderr: "null" }).start().join();
}
