/** A pool or a queue whose processes are killed or loop: `what folder`; says what came of it as JSON. */
import process from "node:process";
import { Pool, Process, Queue } from "../../../mod.ts";
import { exists, lines, mark } from "../../_support/scratch.ts";
import { square } from "../../_support/arithmetic.ts";
import { until } from "../../_support/async.ts";
import { spin } from "../../_support/waiting.ts";
import { loopUntil, noteTask, putAndLoop, takeAndLoop } from "../_fixtures/absent_targets.ts";

/** The worker is sent tasks ahead afterwards. */
async function hurry(pool: Pool): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => pool.apply(square, [n])));
  }
}

async function lose(folder: string): Promise<unknown> {
  await using pool = new Pool(1);
  await hurry(pool);
  const begun = `${folder}/begun`;
  const before = Array.from({ length: 20 }, (_, n) => pool.apply(noteTask, [`${folder}/tasks`, n]));
  const lost = pool.apply(spin, [begun]).catch(({ name, task }) => [name, task]);
  const behind = Array.from({ length: 200 }, (_, n) => pool.apply(noteTask, [`${folder}/tasks`, 20 + n]));
  await until(() => lines(begun).length === 1, "the task has begun");
  process.kill(Number(lines(begun)[0]), "SIGKILL");
  return [await lost, (await Promise.all([...before, ...behind])).length, lines(`${folder}/tasks`).map(Number)];
}

async function loop(folder: string): Promise<unknown> {
  await using pool = new Pool(2);
  await hurry(pool);
  const begun = `${folder}/begun`;
  const looped = pool.apply(loopUntil, [begun, `${folder}/gate`]);
  const behind = Array.from({ length: 500 }, (_, n) => pool.apply(noteTask, [`${folder}/tasks`, n]));
  await until(() => lines(begun).length === 1, "the task has begun");
  await until(() => lines(`${folder}/tasks`).length > 0, "the other worker is at the tasks");
  mark(`${folder}/gate`);
  await Promise.all(behind);
  return [await looped, lines(`${folder}/tasks`).map(Number).sort((one, other) => one - other)];
}

async function queue(folder: string): Promise<unknown> {
  const queue = new Queue<number>();
  const putter = new Process({ target: putAndLoop, args: [queue, 300, `${folder}/ready`] }).start();
  await until(() => exists(`${folder}/ready`), "it has put all");
  putter.kill();
  await putter.join();
  const taker = new Process({ target: takeAndLoop, args: [queue, 100, `${folder}/taken`] }).start();
  await until(() => lines(`${folder}/taken`).length === 100, "it has taken some");
  taker.kill();
  await taker.join();
  const rest = [];
  for (let n = 100; n < 300; n++) rest.push(await queue.get({ timeout: 5_000 }));
  return [lines(`${folder}/taken`).map(Number), rest, await queue.qsize()];
}

if (import.meta.main) {
  const [what, folder] = process.argv.slice(2) as ["lose" | "loop" | "queue", string];
  console.log(JSON.stringify(await { lose, loop, queue }[what](folder)));
}
