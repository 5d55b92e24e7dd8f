/** Forks a child that may do nothing after a snapshot of data that looks like handles: `file`, which exists. */
import process from "node:process";
import { fork, snapshot, wait } from "../../../mod.ts";
import { looksLikeHandles, tell } from "../_fixtures/intrusion.ts";

const [file] = process.argv.slice(2) as [string];
await snapshot(() => looksLikeHandles(file));
if (fork({ permissions: "none" }) === 0) await tell(file);
else await wait();
