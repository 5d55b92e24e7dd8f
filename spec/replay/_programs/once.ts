/** Forks once; both tell who they are and how they were called. */
import process from "node:process";
import { fork, getpid } from "../../../mod.ts";
import { reap, tell, who } from "../_fixtures/telling.ts";

const before = getpid();
const pid = fork();
tell({ ...who([pid]), before, os: process.pid, main: import.meta.main, args: process.argv.slice(2) });
if (pid !== 0) tell({ codes: await reap() });
