import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertMatch } from "../_support/assert.ts";
import { Folder } from "../_support/folder.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

const PROGRAM = "runtime/_programs/library_gone.ts";
const WORKS: Record<string, string[]> = {
  Pool: ["4"],
  Process: ["0"],
  Queue: ["4"],
  Lock: ["true"],
  Event: ["false"],
  Value: ["4"],
  Pipe: ["4"],
  Manager: [],
  Client: [],
};

/** Runs the program with a copy of the library. */
async function outcomes(what: string): Promise<unknown[]> {
  using folder = new Folder();
  const copy = folder.at("library");
  for (const part of ["mod.ts", "src", "adapters"]) {
    cpSync(fileURLToPath(new URL(`../../${part}`, import.meta.url)), `${copy}/${part}`, { recursive: true });
  }
  const { code, stdout, stderr } = await run(PROGRAM, { args: [copy, what], limit: 60_000 });
  assertEquals([code, stderr], [0, ""], stdout);
  return JSON.parse(stdout);
}

test(
  "Library whose files are gone fails everything that needs them with an error that says to restart the program, and hangs nowhere",
  async () => {
    const [gone] = await outcomes("gone") as [Record<string, string[]>];
    assertEquals(Object.keys(gone), Object.keys(WORKS));
    for (const [use, [name, message, isOurs]] of Object.entries(gone)) {
      const mayWork = use !== "Pool" && use !== "Process" && use !== "Manager";
      if (mayWork && message === undefined) continue; // it needs nothing that was not loaded
      assertMatch(name!, /^(LoadError|SpawnError|BrokenPoolError|ConnectError)$/);
      assertMatch(message!, /^Cannot .*restart the program/, use);
      assertEquals(isOurs, "true", use);
    }
  },
  { limit: 90_000 },
);

test(
  "Library whose files are gone goes on with what it has loaded: a pool's worker, a child, and a queue between them",
  async () => {
    assertEquals(await outcomes("running"), [[2, 1], [4, 3]]);
  },
  { limit: 90_000 },
);

test("Library whose files are back again works: no failure is kept", async () => {
  const [, back] = await outcomes("back") as [unknown, Record<string, string[]>];
  for (const [use, [value = null, message]] of Object.entries(back)) {
    assert(message === undefined, `${use}: ${message}`);
    assertEquals(value, WORKS[use]![0] ?? null, use);
  }
}, { limit: 90_000 });

noLeaks();
