/** Uses things while it has no descriptor left, and again when it has some. Says how each fared. */
import { closeSync, openSync } from "node:fs";
import process from "node:process";
import { deadline, delay, until } from "../../_support/async.ts";
import { Event, Lock, Pool, Process, Queue, Value } from "../../../mod.ts";

/** Milliseconds in which each must be settled. */
const LIMIT_MS = 15_000;
/** Milliseconds after which there are descriptors again, where that is soon. */
const SOON_MS = 500;

export const double = (n: number) => 2 * n;
export const putSeven = (queue: Queue<number>) => queue.put(7);

const held: number[] = [];

function exhaust(): void {
  try {
    for (;;) held.push(openSync("/dev/null", "r"));
  } catch {
    // none is left
  }
}

function free(): void {
  for (const descriptor of held.splice(0)) closeSync(descriptor);
}

async function outcome(act: () => unknown): Promise<unknown> {
  try {
    return await deadline(Promise.resolve(act()), LIMIT_MS, "an outcome");
  } catch (error) {
    return [(error as Error).name, (error as Error).message];
  }
}

const CASES: Record<string, () => Promise<unknown[]>> = {
  async soon() {
    exhaust();
    const pool = new Pool(1);
    const early = outcome(() => pool.apply(double, [2]));
    await delay(SOON_MS);
    free();
    return [await early, await outcome(() => pool.apply(double, [3]))];
  },
  async late() {
    exhaust();
    const pool = new Pool(1);
    const early = await outcome(() => pool.map(double, [2, 3]));
    free();
    return [early, await outcome(() => pool.map(double, [2, 3]))];
  },
  async idle() {
    const pool = new Pool(1, { minProcesses: 0, idleTimeout: 100 });
    await pool.apply(double, [1]);
    await until(() => pool.stats().workers.length === 0, "the worker leaves");
    exhaust();
    const early = await outcome(() => pool.apply(double, [2]));
    free();
    return [early, await outcome(() => pool.apply(double, [2]))];
  },
  async objects() {
    const uses = {
      Queue: (queue = new Queue<number>()) => queue.empty(),
      Lock: (lock = new Lock()) => lock.acquire(),
      Event: (event = new Event()) => event.isSet(),
    };
    new Value("i"); // from now on this process can be reached
    exhaust();
    const early: unknown[] = [];
    for (const use of Object.values(uses)) early.push(await outcome(use));
    free();
    const late: unknown[] = [];
    for (const use of Object.values(uses)) late.push(await outcome(use));
    return [early, late];
  },
  async child() {
    new Value("i"); // from now on this process can be reached
    const queue = (exhaust(), new Queue<number>());
    const early = await outcome(() => queue.empty());
    free();
    const code = await new Process({ target: putSeven, args: [queue] }).start().join();
    return [early, [code, await queue.get()]];
  },
  async process() {
    const child = new Process({ target: double, args: [1] });
    exhaust();
    const early = await outcome(() => child.start().join());
    free();
    return [early, await outcome(() => new Process({ target: double, args: [1] }).start().join())];
  },
};

if (import.meta.main) {
  // Deno ends the process when it is first told of a signal, or first tells the place of a call, without a descriptor.
  process.on("SIGUSR2", () => {});
  new Process({ target: double, args: [1] });
  console.log(JSON.stringify(await CASES[process.argv[2]!]!()));
  process.exit(0);
}
