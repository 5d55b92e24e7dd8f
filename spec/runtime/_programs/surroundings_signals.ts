/** Waits in every way, gets a hundred signals that it listens for meanwhile, and tells what the waits gave. */
import process from "node:process";
import { Event, Lock, Pipe, Pool, Process, Queue, wait } from "../../../mod.ts";
import { giveWhenTold } from "../_fixtures/surroundings_targets.ts";
import { awaitEvent } from "../_fixtures/surroundings_tasks.ts";

if (import.meta.main) {
  let heard = 0;
  process.on("SIGUSR2", () => heard++);
  const [here, there] = Pipe();
  const queue = new Queue<string>();
  const lock = new Lock();
  const told = new Event();
  await using pool = new Pool(1);
  const task = pool.apply(awaitEvent, [told]);
  const child = new Process({ target: giveWhenTold, args: [there, queue, lock] }).start();
  const first = await here.recv();
  const waits = [here.recv(), queue.get(), lock.acquire(), child.join(), child.sentinel, task];
  const other = wait().catch((error) => error.name); // join() was first
  while (heard < 100) {
    process.kill(process.pid, "SIGUSR2");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await here.send("go on");
  await told.set();
  console.log(JSON.stringify([first, ...await Promise.all([...waits, other])]));
  process.removeAllListeners("SIGUSR2");
}
