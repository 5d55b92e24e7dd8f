/** Somebody removes the folder of this program while it runs: says what is reachable then. */
import { existsSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { Event, Pool, Process, Queue } from "../../../mod.ts";
import { server } from "../../../src/transport/server.ts";
import { pidOf, put, putLater } from "../_fixtures/meeting_targets.ts";

if (import.meta.main) {
  const [told, running] = [new Event(), new Event()];
  const queue = new Queue<unknown>();
  const early = new Process({ target: putLater, args: [told, running, queue] }).start();
  await running.wait();
  const pool = new Pool(2, { maxTasksPerChild: 2 });
  const before = new Set(await pool.map(pidOf, [1, 2], { chunksize: 1 }));
  const folder = dirname(server().address.slice("unix:".length));
  rmSync(folder, { recursive: true });
  const after = await pool.map(pidOf, Array(8).fill(0), { chunksize: 1, timeout: 20_000 });
  const late = new Process({ target: put, args: [queue, "new"] }).start();
  const items = [await queue.get({ timeout: 20_000 })];
  await told.set();
  items.push(await queue.get({ timeout: 20_000 }));
  const codes = [await late.join(), await early.join()];
  await pool.terminate();
  console.log(JSON.stringify([after.some((pid) => !before.has(pid)), items, codes, existsSync(folder)]));
  if (existsSync(folder)) rmSync(folder, { recursive: true }); // and at its end it is not there
}
