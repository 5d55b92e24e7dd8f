/** The first line of the input is the parent's; the child reads the next, after the fork. */
import { readSync } from "node:fs";
import process from "node:process";
import { fork, snapshot } from "../../../mod.ts";
import { reap, tell } from "../_fixtures/telling.ts";

function readLine(): string {
  const byte = new Uint8Array(1);
  let line = "";
  while (readSync(0, byte) === 1 && byte[0] !== 10) line += String.fromCharCode(byte[0]!);
  return line;
}

const first = snapshot(readLine);
const padding = snapshot(() => "x".repeat(Number(process.argv[2])));
const pid = fork();
if (pid !== 0) await reap();
tell({ isChild: pid === 0, first, next: readLine(), padding: padding.length });
