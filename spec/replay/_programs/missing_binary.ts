/** Removes the binary that runs this program (a copy, made for it) and forks. */
import { rmSync } from "node:fs";
import process from "node:process";
import { processTable } from "../../../mod.ts";
import { refusedFork } from "../_fixtures/targets.ts";
import { tell } from "../_fixtures/telling.ts";

rmSync(process.execPath);
tell(refusedFork());
tell(processTable());
