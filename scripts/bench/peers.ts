/**
 * Station: a pool that others have made, with two workers that run the same tiny task. The first argument says which.
 *
 * @module
 */
import process from "node:process";
import { fileURLToPath } from "node:url";
import { serve } from "./serve.ts";
import { rate } from "./timing.ts";

/** A pool that is open. */
interface Peer {
  run(n: number): PromiseLike<unknown>;
  close(): PromiseLike<unknown>;
}

const task = fileURLToPath(new URL("./peer_task.mjs", import.meta.url));
const workerpoolTask = fileURLToPath(new URL("./peer_workerpool.mjs", import.meta.url));

/** Each imports its package only when it is asked for. */
const PEERS: Readonly<Record<string, () => Promise<Peer>>> = {
  async piscina() {
    const { Piscina } = await import("piscina");
    const pool = new Piscina({ filename: task, minThreads: 2, maxThreads: 2 });
    return { run: (n) => pool.run(n), close: () => pool.destroy() };
  },
  async tinypool() {
    const { Tinypool } = await import("tinypool");
    const pool = new Tinypool({ filename: task, runtime: "child_process", minThreads: 2, maxThreads: 2 });
    return { run: (n) => pool.run(n), close: () => pool.destroy() };
  },
  async workerpool() {
    const { default: workerpool } = await import("workerpool");
    const pool = workerpool.pool(workerpoolTask, { workerType: "process", minWorkers: 2, maxWorkers: 2 });
    return {
      run: (n) => pool.exec("tiny", [n]) as unknown as PromiseLike<unknown>,
      close: () => pool.terminate() as unknown as PromiseLike<unknown>,
    };
  },
};

let opened: Promise<Peer> | undefined;
const peer = () => opened ??= PEERS[process.argv[2]!]!();

serve({
  async applyAsync(count: number): Promise<number> {
    const { run } = await peer();
    return await rate(run, count);
  },
}, async () => await (await opened)?.close());
