/** Functions that children run when they are interrupted: they do not give way, or have pools of their own. */
import process from "node:process";
import { Pool } from "../../../mod.ts";
import { note } from "../../_support/scratch.ts";
import { hold, spin } from "../../_support/waiting.ts";

/** Notes its pid in the file `begun`, and each SIGTERM in the file `asked`; goes on. */
export async function ignoreTerm(begun: string, asked: string): Promise<never> {
  process.on("SIGTERM", () => note(asked, process.pid));
  note(begun, process.pid);
  for (;;) await new Promise((resolve) => setTimeout(resolve, 1000));
}

/** Has a pool whose two workers loop, or sleep, and tell of it in the file `begun`. */
export async function nest(begun: string, how: "loop" | "sleep"): Promise<void> {
  await using pool = new Pool(2);
  const inner = [0, 1].map(() => how === "loop" ? pool.apply(spin, [begun]) : pool.apply(hold, [begun, "/no/gate"]));
  await Promise.all<unknown>(inner);
}
