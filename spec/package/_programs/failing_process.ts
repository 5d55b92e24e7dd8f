/** Lets a Process fail in its target. */
import { Process } from "../../../mod.ts";
import { failInWorker } from "../_fixtures/failing_calls.ts";

if (import.meta.main) console.log(await new Process({ target: failInWorker, args: ["bread"] }).start().join());
