/** Uses a child with a queue, or `all`: also a pool and a manager; says what came of it and where it is reached. */
import process from "node:process";
import { Manager, Pool, Process, Queue } from "../../../mod.ts";
import { server } from "../../../src/transport/server.ts";
import { square } from "../../_support/arithmetic.ts";
import { put } from "../_fixtures/meeting_targets.ts";

if (import.meta.main) {
  const queue = new Queue<unknown>();
  const child = new Process({ target: put, args: [queue, 7] }).start();
  const item = await queue.get({ timeout: 15_000 });
  await child.join();
  const found: unknown[] = [item];
  if (process.argv[2] === "all") {
    await using pool = new Pool(2);
    await using manager = new Manager();
    const dict = manager.dict<string, number>();
    await dict.set("a", 1);
    found.push(await pool.map(square, [1, 2, 3]), await dict.get("a"));
  }
  console.log(JSON.stringify([server().address, ...found]));
}
