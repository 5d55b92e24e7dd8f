/** Reads a file, and forks: `folder`, and the options of the fork as JSON. */
import { readFileSync } from "node:fs";
import process from "node:process";
import { fork } from "../../../mod.ts";
import { reap, tell } from "../_fixtures/telling.ts";

const [folder, options] = process.argv.slice(2) as [string, string];
const text = readFileSync(`${folder}/there`, "utf8");
if (fork(JSON.parse(options)) === 0) tell(text);
else tell(Object.values(await reap()));
