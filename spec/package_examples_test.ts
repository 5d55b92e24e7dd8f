import { bare, documented, type Example, runAll, shown } from "./_fixtures/package_examples.ts";
import { assert, assertEquals } from "./port/assert.ts";
import { scratch } from "./port/folder.ts";
import type { Ended } from "./port/system.ts";
import { noLeaks, test } from "./port/testing.ts";

function endsOf(examples: readonly Example[], results: readonly Ended[]) {
  return examples.map(({ title }, at) => ({ title, code: results[at]!.code, stderr: results[at]!.stderr }));
}

function good(examples: readonly Example[]) {
  return examples.map(({ title }) => ({ title, code: 0, stderr: "" }));
}

test("Examples of doc comments say beside each console.log() what it prints", () => {
  const examples = documented();
  assert(examples.length > 20, `${examples.length} have been found`);
  for (const { title, printing } of examples) {
    assert(printing.length > 0, `${title} prints something`);
    for (const { line, what } of printing) assert(what !== null, `${title} says what is printed by ${line}`);
  }
});

test(
  "Examples of doc comments print what they say in the order of their lines, nothing to stderr, and end with exit code 0",
  async () => {
    const examples = documented();
    const results = await runAll(examples, scratch());
    assertEquals(endsOf(examples, results), good(examples));
    assertEquals(
      examples.map(({ title }, at) => [title, bare(results[at]!.stdout)]),
      examples.map(({ title, printing }) => [title, bare(printing.map(({ what }) => what).join("\n"))]),
    );
  },
  { limit: 120_000 },
);

test("Examples of README.md print what is shown below them, nothing to stderr, and end with exit code 0", async () => {
  const blocks = shown();
  const examples = blocks.map(({ example }) => example);
  const results = await runAll(examples, scratch());
  assertEquals(endsOf(examples, results), good(examples));
  assert(blocks.some(({ output }) => output !== null), "of one the output is shown");
  blocks.forEach(({ output }, at) => output === null || assertEquals(results[at]!.stdout, output));
}, { limit: 60_000 });

noLeaks();
