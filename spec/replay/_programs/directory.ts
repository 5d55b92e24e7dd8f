/** Changes into the given directories, one after the other, and forks with the options given first, as JSON. */
import process from "node:process";
import { fork } from "../../../mod.ts";
import { reap, tell } from "../_fixtures/telling.ts";

const [options, ...directories] = process.argv.slice(2) as [string, ...string[]];
for (const directory of directories) process.chdir(directory);
const pid = fork(JSON.parse(options));
if (pid === 0) {
  tell(process.cwd());
  process.chdir("..");
} else {
  await reap();
  tell(process.cwd());
}
