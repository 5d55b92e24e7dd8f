/** Forks with a snapshot of several megabytes, where there is no folder for files of a while. */
import { fork, snapshot } from "../../../mod.ts";
import { reap, tell } from "../_fixtures/telling.ts";

const padding = snapshot(() => "x".repeat(3_000_000));
try {
  if (fork() === 0) tell(padding.length);
} catch (error) {
  tell(String(error));
}
await reap();
