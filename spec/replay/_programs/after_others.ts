/** Forks when a process and a pool were used and closed, and uses new ones in the child and in the parent. */
import { fork, Pool, Process, snapshot } from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";
import { tellParent } from "../_fixtures/targets.ts";
import { reap, tell, who } from "../_fixtures/telling.ts";

const old = new Process({ target: tellParent, args: ["old"] }).start();
const code = await old.join();
old.close();
const hidden = await snapshot(() => new Process({ target: tellParent, args: ["hidden"] }).start().join());
const pool = new Pool(1);
const squares = await snapshot(() => pool.map(square, [1, 2, 3]));
pool.close();
await pool.join();

const pid = fork();
const label = pid === 0 ? "child's" : "parent's";
const own = new Process({ target: tellParent, args: [label] });
const codes = [code, hidden, await own.start().join()];
await using other = new Pool(2);
tell({ ...who([pid]), squares, codes, process: own.name, cubes: await other.map(square, [4, 5]) });
await reap();
