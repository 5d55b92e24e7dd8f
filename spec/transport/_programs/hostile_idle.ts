/** Says where it can be reached, lets strangers come, and has nothing more to do. */
import { existsSync } from "node:fs";
import process from "node:process";
import { Queue } from "../../../mod.ts";
import { server } from "../../../src/transport/server.ts";

if (import.meta.main) {
  const queue = new Queue<number>();
  await queue.put(1);
  console.log(JSON.stringify(server()));
  while (!existsSync(process.argv[2]!)) await new Promise((resolve) => setTimeout(resolve, 10));
  console.log("idle");
}
