/** Starts processes that fork. */
import { Process } from "../../../mod.ts";
import { Forking, forks } from "../_fixtures/targets.ts";
import { tell } from "../_fixtures/telling.ts";

if (import.meta.main) {
  for (const child of [new Process({ target: forks, args: ["a", { b: [1] }] }), new Forking("bee")]) {
    const code = await child.start().join();
    tell({ child: child.pid, code });
  }
}
