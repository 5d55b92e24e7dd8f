/**
 * Works with a child, a pool and a new child in each round, until a file is there; says where it can be reached. The
 * next round begins when another file says that it is wanted, or after a while.
 */
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { Pool, Process, Queue } from "../../../mod.ts";
import { server } from "../../../src/transport/server.ts";
import { double, putOnce, square } from "../../_support/hostile_work.ts";

/** At most so long from one round to the next. */
const PAUSE_MS = 1_000;

/** Milliseconds between two looks at what is wanted. */
const LOOK_MS = 5;

if (import.meta.main) {
  const [stop, wanted] = process.argv.slice(2) as [string, string];
  const isWanted = (round: number) => existsSync(wanted) && Number(readFileSync(wanted, "utf8")) >= round;
  const into = new Queue<number | null>();
  const out = new Queue<number>();
  const child = new Process({ target: double, args: [into, out] });
  child.start();
  const pool = new Pool(1);
  console.log(JSON.stringify(server()));
  for (let round = 1; !existsSync(stop); round++) {
    await into.put(round);
    if (await out.get() !== 2 * round) throw new Error("the child has got something else");
    if (await pool.apply(square, [round]) !== round * round) throw new Error("the task has got something else");
    const guest = new Process({ target: putOnce, args: [out, -round] });
    guest.start();
    if (await guest.join() !== 0) throw new Error("the new child has failed");
    if (await out.get() !== -round) throw new Error("the new child has put something else");
    console.log(`round ${round}`);
    for (const end = Date.now() + PAUSE_MS; Date.now() < end && !isWanted(round + 1) && !existsSync(stop);) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
  await into.put(null);
  console.log(`child ${await child.join()}`);
  pool.close();
  await pool.join();
}
