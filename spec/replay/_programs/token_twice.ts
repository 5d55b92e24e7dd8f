/** The same without `snapshot()`: parent and child each draw a token. With a path, each makes the file as well. */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { fork, wait } from "../../../mod.ts";

const token = crypto.randomUUID();
const [path] = process.argv.slice(2);
if (path !== undefined) writeFileSync(path, token, { flag: "wx" });

const pid = fork();
const [, status] = pid === 0 ? [] : await wait();
console.log(pid === 0 ? "child" : "parent", token, status ?? "");
