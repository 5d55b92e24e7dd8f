/** The mistake: starts a process whenever it is evaluated. */
import { appendFileSync } from "node:fs";
import process from "node:process";
import { Process } from "../../../mod.ts";

appendFileSync(process.env.SPEC_COUNT!, "evaluated\n");

export function work(): void {}

const child = new Process({ target: work }).start();
console.log(await child.join());
