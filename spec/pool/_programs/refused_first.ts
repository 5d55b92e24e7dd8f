/** Is refused what it may not, says of which permissions, and then uses a pool. */
import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import process from "node:process";
import { Pool } from "../../../mod.ts";

export function square(n: number): number {
  return n * n;
}

/** Names of the permissions that an attempt was refused for want of. */
async function refusals(): Promise<string[]> {
  const attempts = {
    read: () => readFileSync("/etc/hostname"),
    write: () => writeFileSync("/dev/null", ""),
    net: () => fetch("http://example.com"),
    env: () => (process as { env: Record<string, unknown> }).env.SOME_VARIABLE,
    sys: () => hostname(),
    // node:child_process would be refused a variable of the environment first.
    // deno-lint-ignore no-explicit-any
    run: () => new (globalThis as any).Deno.Command(process.execPath, { args: ["--version"] }).outputSync(),
  };
  const refused: string[] = [];
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
    } catch (error) {
      if ((error as Error).name === "NotCapable") refused.push(name);
    }
  }
  return refused;
}

if (import.meta.main) {
  console.log(`refused: ${(await refusals()).join(" ")}`);
  await using pool = new Pool(2);
  console.log(...await pool.map(square, [1, 2, 3]));
}
