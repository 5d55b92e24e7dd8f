/** Two children at the same time: names, process ids, and which of them still lives. */
import { getpid, getppid, Process } from "../../mod.ts";
import { delay } from "./delay.ts";

export async function work(label: string, ms: number): Promise<void> {
  console.log(`${label}: process ${getpid()}, parent ${getppid()}`);
  const start = performance.now();
  await delay(ms);
  console.log(`${label}: done after ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

if (import.meta.main) {
  console.log(`main: process ${getpid()}`);
  const first = new Process({ target: work, args: ["one", 1_000] });
  const second = new Process({ target: work, args: ["two", 200], name: "WorkerTwo" });
  first.start();
  second.start();
  console.log(`main: WorkerTwo alive: ${second.isAlive()}`);
  for (const { name, pid } of [first, second]) console.log(`main: ${name} is process ${pid}`);
  await second.join();
  console.log(`main: after joining WorkerTwo, ${first.name} alive: ${first.isAlive()}`);
  await first.join();
  console.log(`main: after joining ${first.name}, alive: ${first.isAlive()}`);
}
