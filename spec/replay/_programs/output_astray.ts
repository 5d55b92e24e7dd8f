/** Writes, then forks when it is the first to come here; who comes later, the child, goes another way: `flag` tells. */
import process from "node:process";
import { existsSync, writeFileSync } from "node:fs";
import { fork, snapshot, wait } from "../../../mod.ts";

const [flag] = process.argv.slice(2) as [string];
console.error("before");
process.stderr.write("before, by a stream\n");
if (existsSync(flag)) snapshot(() => 1);
writeFileSync(flag, "");
fork();
const [, status] = await wait();
console.log(status);
