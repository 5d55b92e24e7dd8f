/** What this program, a child, a worker and a fork of it take for its main module and arguments. */
import process from "node:process";
import { fork, Pool, Process, wait } from "../../../mod.ts";

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function own(): string {
  const { Bun } = globalThis as { Bun?: { main: string } };
  const [, main = "", ...args] = process.argv;
  return `${JSON.stringify([nameOf(main), ...args])} ${JSON.stringify(nameOf(Bun?.main ?? main))}`;
}

export function say(): void {
  console.log(`process ${own()}`);
}

if (import.meta.main) {
  if (fork() === 0) {
    console.log(`fork ${own()}`);
    process.exit();
  }
  console.log(`main ${own()}`);
  await new Process({ target: say }).start().join();
  await using pool = new Pool(1);
  console.log(`pool ${await pool.apply(own)}`);
  await wait();
}
