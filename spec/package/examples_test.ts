import { mkdirSync, writeFileSync } from "node:fs";
import { documented, type Example, flagsOfReadme, plain, shown } from "./_fixtures/examples.ts";
import { installFromNpm } from "./_fixtures/install.ts";
import { assert, assertEquals } from "../_support/assert.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** So many examples run at a time. */
const LANES = 4;
const FLAGS = flagsOfReadme();

const installed = installFromNpm();

/** Runs them all, each as the main module of a folder of its own. */
async function runAll(examples: Example[]): Promise<void> {
  assert(examples.length > 0);
  const { user } = await installed;
  const waiting = [...examples];
  const faults: unknown[] = [];
  await Promise.all(Array.from({ length: LANES }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await check(next, user).catch((fault) => faults.push(fault));
    }
  }));
  if (faults.length > 0) throw new AggregateError(faults, faults.join("\n"));
}

async function check({ name, code, prints }: Example, user: string): Promise<void> {
  const folder = `${user}/examples/${name}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/main.ts`, code);
  const flags = code.includes("SharedMemory") ? [...FLAGS, "--allow-ffi"] : FLAGS;
  const { code: exit, stdout, stderr } = await run(`${folder}/main.ts`, { cwd: user, flags });
  assertEquals([name, exit, stderr], [name, 0, ""]);
  if (prints === null) assert(stdout !== "", name);
  else assertEquals([name, plain(stdout)], [name, plain(prints)]);
}

test("Examples of doc comments say behind each console.log() what it prints", () => {
  assertEquals(documented().filter(({ prints }) => prints === null), []);
});

test(
  "Examples of doc comments end with exit code 0 and nothing on stderr, and print what their comments say",
  async () => {
    await runAll(documented());
  },
  { limit: 180_000 },
);

test("Examples of README.md, docs/fork.md and docs/faq.md end with exit code 0 and nothing on stderr, and print the text below them, with the permissions that README.md names", async () => {
  await runAll(shown());
});

noLeaks();
