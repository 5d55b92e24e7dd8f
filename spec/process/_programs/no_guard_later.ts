/** The mistake, a moment later: starts a process when it has been evaluated. */
import { appendFileSync } from "node:fs";
import process from "node:process";
import { Process } from "../../../mod.ts";

appendFileSync(process.env.SPEC_COUNT!, "evaluated\n");

export async function work(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
}

setTimeout(() => new Process({ target: work }).start(), 0);
