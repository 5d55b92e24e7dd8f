/** Forks with a module that is loaded before the child: `module`; each process says what a pool gives there. */
import process from "node:process";
import { fork, Pool, wait } from "../../../mod.ts";
import { double } from "../_fixtures/absent_targets.ts";

const [module] = process.argv.slice(2) as [string];
const isChild = fork({ runtimeArgs: ["--preload", module] }) === 0;
{
  await using pool = new Pool(1);
  console.log(JSON.stringify([isChild ? "child" : "parent", await pool.map(double, [1, 2])]));
}
if (!isChild) console.log(JSON.stringify(["child's status", (await wait())[1]]));
