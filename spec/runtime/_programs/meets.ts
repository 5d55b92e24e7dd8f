/** Uses a pool, a child with a queue and a manager, and says where it is reached. */
import { Manager, Pool, Process, Queue } from "../../../mod.ts";
import { server } from "../../../src/transport/server.ts";
import { square } from "../../_support/arithmetic.ts";
import { put } from "../_fixtures/meeting_targets.ts";

if (import.meta.main) {
  const queue = new Queue<unknown>();
  const child = new Process({ target: put, args: [queue, 7] }).start();
  const item = await queue.get({ timeout: 15_000 });
  await child.join();
  let squares: number[];
  {
    await using pool = new Pool(2);
    squares = await pool.map(square, [1, 2, 3]);
  }
  await using manager = new Manager();
  const dict = manager.dict<string, number>();
  await dict.set("a", 1);
  console.log(JSON.stringify([item, squares, await dict.get("a"), server().address]));
}
