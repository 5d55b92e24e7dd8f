/** What a fork says in a thread, and that no child is left of it. */
import { processTable } from "../../../mod.ts";
import { tell } from "../_fixtures/telling.ts";

const thread = new Worker(new URL("../../_support/thread.ts", import.meta.url), { type: "module" });
thread.onmessage = ({ data }) => {
  tell([data[1], data[2], processTable()]);
  thread.terminate();
};
