import { assertEquals, assertMatch } from "../_support/assert.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

const RAISE = /^Cannot .*\bor raise ulimit -n$/;

/** How something fared while no descriptor was left, and how when there were some again. */
async function fared(what: string): Promise<[early: unknown, late: unknown]> {
  const program = "runtime/_programs/descriptors.ts";
  const { code, stdout, stderr } = await run(program, { args: [what], limits: "ulimit -n 150", limit: 50_000 });
  // A warning of the runtime's own may stand before it.
  assertEquals([code, stdout.split("\n").length], [0, 2], stdout + stderr);
  return JSON.parse(stdout);
}

function assertShort(outcome: unknown, ...names: string[]): void {
  const [name, message] = outcome as [string, string];
  assertEquals(names.includes(name), true, `${name}: ${message}`);
  assertMatch(message, RAISE);
}

test("Pool that is made while no descriptor is left runs its tasks when there are some again soon", async () => {
  assertEquals(await fared("soon"), [4, 6]);
}, { limit: 60_000 });

test(
  "Pool that is made while no descriptor is left rejects its tasks with a LoadError that says to raise ulimit -n, and runs those that come when there are some again",
  async () => {
    const [early, late] = await fared("late");
    assertShort(early, "LoadError");
    assertEquals(late, [4, 6]);
  },
  { limit: 60_000 },
);

test(
  "Pool whose workers have left rejects its tasks with a SpawnError that says to raise ulimit -n while no descriptor is left, and runs those that come when there are some again",
  async () => {
    const [early, late] = await fared("idle");
    assertShort(early, "SpawnError");
    assertEquals(late, 4);
  },
  { limit: 60_000 },
);

test(
  "Queue, Lock and Event that are used first while no descriptor is left fail with a LoadError that says to raise ulimit -n, and work when there are some again",
  async () => {
    const [early, late] = await fared("objects");
    assertEquals((early as unknown[]).length, 3);
    for (const each of early as unknown[]) assertShort(each, "LoadError");
    assertEquals(late, [true, true, false]);
  },
  { limit: 60_000 },
);

test("Queue whose first use failed for want of descriptors serves a child that was given it", async () => {
  const [early, late] = await fared("child");
  assertShort(early, "LoadError");
  assertEquals(late, [0, 7]);
}, { limit: 60_000 });

test(
  "Process.start() throws a SpawnError that says to raise ulimit -n while no descriptor is left, and starts when there are some again",
  async () => {
    const [early, late] = await fared("process");
    assertShort(early, "SpawnError");
    assertEquals(late, 0);
  },
  { limit: 60_000 },
);

noLeaks();
