/** What `fork()` refuses, and that no child is left of it. */
import { fork, Pool, processTable, snapshot } from "../../../mod.ts";
import { refusedFork } from "../_fixtures/targets.ts";
import { tell } from "../_fixtures/telling.ts";

if (import.meta.main) {
  const wrong = [
    5,
    null,
    { permissions: "all" },
    { permissions: [] },
    { runtimeArgs: "--smol" },
    { runtimeArgs: [1] },
    [],
    {
      permissions: { read: 5 },
    },
    { permissions: { read: [5] } },
  ];
  for (const options of wrong) {
    try {
      fork(options as never);
    } catch (error) {
      tell(String(error));
    }
  }
  tell(snapshot(refusedFork));
  tell(await snapshot(() => Promise.resolve(refusedFork())));
  {
    await using pool = new Pool(1);
    tell(await pool.apply(refusedFork));
  }
  tell(processTable());
}
