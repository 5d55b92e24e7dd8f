/**
 * Station: a pool that others have made, with two workers that run the same tasks. The first argument says which.
 *
 * @module
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { resident } from "./held.ts";
import { serve } from "./serve.ts";
import { type Percentiles, percentiles, rate, timed } from "./timing.ts";

const WORKERS = 2;
/** Milliseconds after which a process at rest has the memory that it keeps. */
const SETTLED = 300;

/** A peer that gives bytes back as something else. */
class Altered extends Error {
  override name = "Altered";
}

/** A pool that is open. */
interface Peer {
  run(given: unknown): PromiseLike<unknown>;
  close(): PromiseLike<unknown>;
}

const task = fileURLToPath(new URL("./peer_task.mjs", import.meta.url));
const workerpoolTask = fileURLToPath(new URL("./peer_workerpool.mjs", import.meta.url));

/** Each imports its package only when it is asked for. */
const PEERS: Readonly<Record<string, () => Promise<Peer>>> = {
  async piscina() {
    const { Piscina } = await import("piscina");
    const pool = new Piscina({ filename: task, minThreads: WORKERS, maxThreads: WORKERS });
    return { run: (given) => pool.run(given), close: () => pool.destroy() };
  },
  async tinypool() {
    const { Tinypool } = await import("tinypool");
    const workers = { minThreads: WORKERS, maxThreads: WORKERS };
    const pool = new Tinypool({ filename: task, runtime: "child_process", ...workers });
    return { run: (given) => pool.run(given), close: () => pool.destroy() };
  },
  async workerpool() {
    const { default: workerpool } = await import("workerpool");
    const workers = { minWorkers: WORKERS, maxWorkers: WORKERS };
    const pool = workerpool.pool(workerpoolTask, { workerType: "process", ...workers });
    return {
      run: (given) => pool.exec("run", [given]) as unknown as PromiseLike<unknown>,
      close: () => pool.terminate() as unknown as PromiseLike<unknown>,
    };
  },
};

const make = () => PEERS[process.argv[2]!]!();
let opened: Promise<Peer> | undefined;
const peer = () => opened ??= make();

/** The processes of its workers, as far as they tell themselves apart from this one. */
async function workersOf({ run }: Peer): Promise<number[]> {
  const pids = await Promise.all(Array.from({ length: 20 }, () => run({ ask: "pid" }))) as number[];
  return [...new Set(pids)].filter((pid) => pid !== process.pid);
}

/** Resident bytes of a worker that has run a task; threads share a process, and count by what that has grown. */
async function memory(): Promise<number> {
  const before = resident(process.pid);
  const made = await make();
  const pids = await workersOf(made);
  await new Promise((resolve) => setTimeout(resolve, SETTLED));
  const grown = (resident(process.pid) - before) / WORKERS;
  const each = pids.length > 0 ? pids.reduce((sum, pid) => sum + resident(pid), 0) / pids.length : grown;
  await made.close();
  return each;
}

/** From the death of one of two busy workers to the value of a task that waits for its successor. */
async function recovery(): Promise<number | null> {
  const folder = mkdtempSync(`${tmpdir()}/bench-`);
  const made = await make();
  try {
    const [victim] = await workersOf(made);
    if (victim === undefined) return null; // threads: none can be killed
    const paths = Array.from({ length: WORKERS }, (_, n) => `${folder}/${n}`);
    for (const path of paths) made.run({ ask: "busy", path }).then(() => {}, () => {});
    while (!paths.every((path) => existsSync(path))) await new Promise((resolve) => setTimeout(resolve, 1));
    return await timed(() => {
      process.kill(victim, "SIGKILL");
      return made.run(1);
    });
  } finally {
    rmSync(folder, { recursive: true });
    await Promise.race([made.close(), new Promise((resolve) => setTimeout(resolve, 1_000))]);
  }
}

serve({
  async applyAsync(count: number): Promise<number> {
    const { run } = await peer();
    return await rate(run, count);
  },
  async latency({ bytes, count }: { bytes: number; count: number }): Promise<Percentiles> {
    const { run } = await peer();
    const given = new Uint8Array(bytes);
    const got = await run(given);
    if (!(got instanceof Uint8Array) || got.length !== bytes) throw new Altered();
    return await percentiles(() => run(given), count);
  },
  async firstValue(): Promise<number> {
    await make().then(({ close }) => close()); // its modules are loaded, as ours are
    let made: Peer | undefined;
    const time = await timed(async () => await (made = await make()).run(1));
    await made!.close();
    return time;
  },
  memory,
  recovery,
}, async () => await (await opened)?.close());
