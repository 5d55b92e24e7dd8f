/** Makes more calls than a recording holds. */
import process from "node:process";
import { fork, snapshot, waitpid } from "../../../mod.ts";
import { outcome, tell } from "../_fixtures/replay_tell.ts";

for (let step = 0; step < Number(process.argv[2]); step++) snapshot(() => 0);
const pid = await outcome(() => fork());
if (pid === null || pid === 0) tell("child");
else if (typeof pid === "number") tell("status", (await waitpid(pid))[1]);
else tell("error", pid, snapshot(() => 5));
