/** Removes the binary that runs this program (a copy, made for it) and forks. */
import { rmSync } from "node:fs";
import process from "node:process";
import { processTable } from "../../../mod.ts";
import { refusedFork } from "../_fixtures/fork_targets.ts";
import { tell } from "../_fixtures/fork_telling.ts";

rmSync(process.execPath);
tell(refusedFork());
tell(processTable());
