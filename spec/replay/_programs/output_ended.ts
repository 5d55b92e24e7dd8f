/** Ends process.stdout with a last text before a fork; tells on standard error who has seen what. */
import process from "node:process";
import { fork, wait } from "../../../mod.ts";

process.stdout.write("first\n");
await new Promise<void>((resolve) => process.stdout.end("last\n", resolve));
const who = fork() === 0 ? "child" : "parent";
console.error(`${who}: ${process.stdout.writableEnded}`);
if (who === "parent") await wait();
