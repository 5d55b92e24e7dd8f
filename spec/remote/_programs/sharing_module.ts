/** Passes a queue of a module to a child that imports the same module, and lets the child try its own. */
import { Process, Queue } from "../../../mod.ts";
import { made, putGiven, useMade } from "../_fixtures/sharing_module.ts";

if (import.meta.main) {
  const told = new Queue<unknown>();
  const codes = [
    await new Process({ target: useMade, args: [told] }).start().join(),
    await new Process({ target: putGiven, args: [made] }).start().join(),
  ];
  console.log(JSON.stringify([codes, await told.get(), await made.get()]));
}
