/** Tells what this program may do, and its fork child: `folder`, and the options of the fork as JSON. */
import process from "node:process";
import { fork } from "../../../mod.ts";
import { reap, tell } from "../_fixtures/telling.ts";
import { rights } from "../../process/_fixtures/rights.ts";

const [folder, options] = process.argv.slice(2) as [string, string];
let pid: number | string;
try {
  pid = fork(JSON.parse(options));
} catch (error) {
  tell(String(error));
  pid = fork();
}
if (pid === 0) tell(await rights(folder));
else await reap();
