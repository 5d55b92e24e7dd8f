import { heard, nested, resting, unheard } from "../runtime/_fixtures/interrupted.ts";
import { noLeaks, test } from "../_support/testing.ts";

const LIMIT = { limit: 120_000 };

test(
  "Pool rejects its tasks with PoolTerminatedError and the program goes on however and whenever it listens for SIGINT",
  async () => {
    for (const how of ["native", "process", "once", "itself"]) {
      for (const when of ["before", "after"] as const) await heard(how, when);
    }
  },
  LIMIT,
);

test(
  "Pool that was made after a SIGINT that the program heard is stopped by the next, and that by the next",
  async () => {
    for (const how of ["native", "process"]) await heard(how, "before", 3);
  },
  LIMIT,
);

test("Pool is ended as without a listener whenever the program's own was added and removed", async () => {
  for (const when of ["before", "after"] as const) await unheard(when);
}, LIMIT);

test("Pool that was closed or terminated leaves SIGINT to end a program that waits and one that loops", async () => {
  for (const state of ["closed", "terminated"]) {
    for (const how of ["wait", "loop"] as const) await resting(state, how);
  }
}, LIMIT);

test("Pool whose tasks have pools of their own that loop or sleep is ended quietly by one SIGINT", async () => {
  for (const what of ["nest loop", "nest sleep"] as const) await nested(what);
}, LIMIT);

noLeaks();
