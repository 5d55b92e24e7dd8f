import { assert, assertEquals } from "../_support/assert.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

async function ran(program: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(`remote/_programs/${program}.ts`, { args, limit: 80_000 });
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

test("Queue makes and drops thousands without growing", async () => {
  const grown = Number(await ran("sharing_growth"));
  assert(grown < 40, `grown by ${grown} MiB`);
}, { limit: 90_000 });

noLeaks();
