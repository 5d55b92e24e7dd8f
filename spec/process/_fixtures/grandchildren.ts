/** A child that starts programs in every way of its runtime, and says what these find in their surroundings. */
import { execSync, spawnSync } from "node:child_process";
import process from "node:process";
import type { Queue } from "../../../mod.ts";

/** Variables, also as the system shows them, and what the descriptors are. */
const LOOK = "env; cat /proc/self/environ; for each in /proc/self/fd/*; do readlink $each; done; true";

// deno-lint-ignore no-explicit-any
const { Bun, Deno } = globalThis as any;

/** With the queue its key is in the boot message; `_padding` makes that large. */
export async function lookInside(_queue: Queue<string>, _padding: string): Promise<void> {
  const words = ["sh", "-c", LOOK];
  const found = [
    spawnSync("sh", ["-c", LOOK], { encoding: "utf8" }).stdout,
    spawnSync("sh", ["-c", LOOK], { encoding: "utf8", env: process.env }).stdout,
    execSync(LOOK, { encoding: "utf8" }),
  ];
  if (Bun !== undefined) {
    const ways = [Bun.spawnSync(words), Bun.spawnSync(words, { env: process.env }), Bun.spawnSync({ cmd: words })];
    found.push(...ways.map(({ stdout }) => stdout.toString()), await new Response(Bun.spawn(words).stdout).text());
  } else {
    const { stdout } = await new Deno.Command("sh", { args: ["-c", LOOK] }).output();
    found.push(new TextDecoder().decode(stdout));
  }
  console.log(JSON.stringify(found));
}
