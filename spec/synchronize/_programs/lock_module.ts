/** Lets a child try what its module has made. */
import { Process, Queue } from "../../../mod.ts";
import { useMade } from "../_fixtures/lock_sharing.ts";

if (import.meta.main) {
  const told = new Queue<unknown>();
  const code = await new Process({ target: useMade, args: [told] }).start().join();
  console.log(JSON.stringify([code, await told.get()]));
}
