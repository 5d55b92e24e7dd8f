/**
 * The pools that others have made, each with two workers that run the same tiny
 * task. Not everyone runs on every runtime; who does not is left out of the table.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** A pool that is open. */
export interface Peer {
  run(n: number): Promise<unknown>;
  close(): Promise<unknown>;
}

const task = fileURLToPath(new URL("./peer_task.mjs", import.meta.url));
const workerpoolTask = fileURLToPath(new URL("./peer_workerpool.mjs", import.meta.url));

export const PEERS: Readonly<Record<string, () => Promise<Peer>>> = {
  async "piscina (threads)"() {
    const { Piscina } = await import("piscina");
    const pool = new Piscina({ filename: task, minThreads: 2, maxThreads: 2 });
    return { run: (n) => pool.run(n), close: () => pool.destroy() };
  },
  async "tinypool (child_process)"() {
    const { Tinypool } = await import("tinypool");
    const pool = new Tinypool({ filename: task, runtime: "child_process", minThreads: 2, maxThreads: 2 });
    return { run: (n) => pool.run(n), close: () => pool.destroy() };
  },
  async "workerpool (process)"() {
    const { default: workerpool } = await import("workerpool");
    const pool = workerpool.pool(workerpoolTask, { workerType: "process", minWorkers: 2, maxWorkers: 2 });
    return {
      run: (n) => pool.exec("tiny", [n]) as unknown as Promise<unknown>,
      close: async () => await pool.terminate(),
    };
  },
};
