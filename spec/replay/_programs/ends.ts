/** The child ends in the given way, and the parent tells how. */
import process from "node:process";
import { fork } from "../../../mod.ts";
import { reap, tell } from "../_fixtures/telling.ts";

const ends: Record<string, () => unknown> = {
  dry: () => void setTimeout(() => setTimeout(() => tell("dry"), 20), 20),
  exit: () => process.exit(7),
  exitCode: () => process.exitCode = 8,
  throw: () => {
    throw new RangeError("the child breaks");
  },
  reject: () => void Promise.reject(new RangeError("the child breaks")),
  later: () =>
    void setTimeout(() => {
      throw new RangeError("the child breaks");
    }, 20),
};

if (fork() === 0) ends[process.argv[2]!]!();
else tell(Object.values(await reap()));
