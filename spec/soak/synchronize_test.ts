import { assert, assertEquals } from "../_support/assert.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { Lock, Process, Value } from "../../mod.ts";
import { dieSomewhere } from "../synchronize/_fixtures/lock_ways.ts";
import { delay } from "../_support/async.ts";

async function ran(program: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(`synchronize/_programs/${program}.ts`, { args, limit: 80_000 });
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

test("Locks are made and dropped in thousands without growing", async () => {
  const grown = Number(await ran("lock_growth"));
  assert(grown < 60, `grown by ${grown} MiB`);
}, { limit: 90_000 });

test("Lock is neither lost nor held twice when processes are killed again and again at any moment", async () => {
  const [lock, inside] = [new Lock(), new Value("i")];
  for (let round = 0; round < 12; round++) {
    const children = [1, 2].map(() =>
      new Process({ target: dieSomewhere, args: [lock, inside], stderr: "null" }).start()
    );
    await delay(round * 7);
    for (const child of children) child.kill();
    for (const child of children) assertEquals(await child.join(), -9);
    const held = await lock.hold({ timeout: 10_000 });
    const left = await inside.get();
    assert(left === 0 || left === 1 && held.abandoned, `${left} inside, abandoned: ${held.abandoned}`);
    await inside.set(0);
    await held[Symbol.asyncDispose]();
  }
  assertEquals(await lock.locked(), false);
}, { limit: 60_000 });

noLeaks();
