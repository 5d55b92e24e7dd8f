/** Listens for SIGINT itself: says what became of its tasks when it came, each time, and exits with 7. */
import process from "node:process";
import { Pool } from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";
import { lines, note } from "../../_support/scratch.ts";
import { spin } from "../../_support/waiting.ts";

interface Signals {
  addSignalListener(signal: string, listen: () => void): void;
  removeSignalListener(signal: string, listen: () => void): void;
}

if (import.meta.main) {
  const [folder, how, when, rounds, rest] = process.argv.slice(2) as [string, string, string, string, string];
  const native = (globalThis as unknown as { Deno?: Signals }).Deno;
  let heard = 0;
  const hear = () => {
    heard++;
    if (how === "itself") unlisten();
  };
  const unlisten = () =>
    void (native !== undefined ? native.removeSignalListener("SIGINT", hear) : process.off("SIGINT", hear));
  const listen = () => {
    if (how !== "process" && how !== "once" && native !== undefined) native.addSignalListener("SIGINT", hear);
    else if (how === "once") process.once("SIGINT", hear);
    else process.on("SIGINT", hear);
    if (how === "removed") unlisten();
  };
  if (when === "before") listen();
  for (let round = 0; round < Number(rounds); round++) {
    const begun = `${folder}/begun${round}`;
    const pool = new Pool(1, { killGrace: 500 });
    const results = Array.from({ length: 1000 }, (_, n) => n < 1 ? pool.apply(spin, [begun]) : pool.apply(square, [n]));
    results.forEach((result) => result.catch(() => {}));
    while (lines(begun).length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    if (when === "after" && round === 0) listen();
    note(`${folder}/ready`, round);
    const errors = (await Promise.allSettled(results)).map((result) => result.status === "rejected" && result.reason);
    if (rest === "rest") await pool.apply(square, [3]).catch(({ name }) => console.log(name));
    else pool.close();
    await pool.join();
    console.log(`${errors.filter(({ name }) => name === "PoolTerminatedError").length} terminated`);
  }
  // The listener may be called after the one that ended the pool.
  while (heard === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  console.log(`heard ${heard}`);
  process.exit(7);
}
