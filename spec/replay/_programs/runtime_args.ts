/** Forks with the arguments for the runtime that are given as JSON; both tell whether a module ran before. */
import process from "node:process";
import { fork } from "../../../mod.ts";
import { reap, tell } from "../_fixtures/telling.ts";

const pid = fork({ runtimeArgs: JSON.parse(process.argv[2]!) });
if (pid !== 0) await reap();
tell({ isChild: pid === 0, preloaded: (globalThis as { preloaded?: boolean }).preloaded ?? false });
