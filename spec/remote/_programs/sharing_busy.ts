/** A fork child that waits within bounds for a parent that is busy ends before the parent turns to it. */
import { existsSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fork, Queue } from "../../../mod.ts";
import { blockUntil } from "../../_support/blocking.ts";

const folder = process.argv[2]!;
const queue = new Queue<number>();
if (fork() === 0) {
  process.on("exit", () => writeFileSync(`${folder}/ended`, ""));
  console.log("child", await queue.get({ timeout: 100 }).catch((error) => error.name));
} else {
  console.log("parent", blockUntil(() => existsSync(`${folder}/ended`), 15_000));
}
