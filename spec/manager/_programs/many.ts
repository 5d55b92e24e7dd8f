/** Does 100 000 acts on a dict, after as many: tells how much larger the two processes are then, in KiB. */
import { readFileSync } from "node:fs";
import process from "node:process";
import { type DictProxy, Manager, processTable } from "../../../mod.ts";

function resident(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]);
}

/** Half of them one after the other, the others at once. */
async function round(dict: DictProxy<string, number>, count: number): Promise<void> {
  await Promise.all(Array.from({ length: 10 }, async (_, row) => {
    for (let n = 0; n < count / 20; n++) await dict.set(`${row} ${n % 100}`, n);
  }));
  await Promise.all(Array.from({ length: count / 2 }, (_, n) => dict.set(`${n % 10} ${n % 100}`, n)));
}

if (import.meta.main) {
  await using manager = new Manager();
  const dict = manager.dict<string, number>();
  const sizes = () => [process.pid, processTable()[0]!.pid].map(resident);
  for (let n = 0; n < 7; n++) await round(dict, 20_000);
  const before = sizes();
  for (let n = 0; n < 5; n++) await round(dict, 20_000);
  console.log(JSON.stringify([await dict.size(), ...sizes().map((size, at) => size - before[at]!)]));
}
