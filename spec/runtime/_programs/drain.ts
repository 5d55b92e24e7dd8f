/**
 * Has a busy pool and a manager. At SIGTERM it lets the tasks go on, prints what they gave and exits with 0; with
 * "deaf" it does not listen.
 */
import process from "node:process";
import { type ListProxy, Manager, Pool, Process } from "../../../mod.ts";
import { exists, note } from "../../_support/scratch.ts";
import { hold } from "../../_support/waiting.ts";

/** Notes its pid in the file `begun`, and loops until the file `gate` is there. */
export function spinUntil(begun: string, gate: string): number {
  note(begun, process.pid);
  while (!exists(gate));
  return process.pid;
}

export async function listening(begun: string): Promise<void> {
  process.on("SIGTERM", () => process.exit(7));
  note(begun, process.pid);
  await new Promise((resolve) => setTimeout(resolve, 2 ** 30));
}

export async function notListening(begun: string): Promise<void> {
  note(begun, process.pid);
  await new Promise((resolve) => setTimeout(resolve, 2 ** 30));
}

if (import.meta.main) {
  const [folder, how] = process.argv.slice(2) as [string, string];
  const [begun, gate] = [`${folder}/begun`, `${folder}/gate`];
  if (how === "process") {
    process.on("SIGTERM", () => {});
    const codes = [notListening, listening].map((target) => new Process({ target, args: [begun] }).start().join());
    console.log(...await Promise.all(codes));
    process.exit(0);
  }
  const pool = new Pool(2);
  const work = (how === "sleep" ? hold : spinUntil) as typeof hold;
  const results = Array.from({ length: 4 }, () => pool.applyAsync(work, [begun, gate]));
  const manager = new Manager();
  const list: ListProxy<number> = manager.list();
  await list.push(0);
  if (how !== "deaf") {
    process.on("SIGTERM", async () => {
      note(gate, "open");
      pool.close();
      for (const result of results) await list.push(await result.get());
      await pool.join();
      console.log(await list.length());
      await manager.shutdown();
      process.exit(0);
    });
  }
  note(`${folder}/ready`, process.pid);
  setInterval(() => {}, 1_000);
}
