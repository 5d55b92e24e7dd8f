import { rmSync } from "node:fs";
import { project, shell } from "./_fixtures/bundles.ts";
import { printed, program, recipes } from "./_fixtures/deploy_page.ts";
import { assert, assertEquals } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** Whole tools run, several in one case. */
const SLOW = { limit: 120_000 };
const BUNDLES = /^(bun build|deno bundle|esbuild) /;

test("Commands of docs/deploy.md make bundles and binaries of its program that print what it says", async () => {
  const folder = project({ "main.ts": program });
  assert(recipes.length >= 10);
  for (const recipe of recipes) {
    assertEquals(recipe.map((line) => BUNDLES.test(line))[0], true);
    for (const line of recipe) {
      const { stdout, stderr } = await shell(line, folder);
      if (!BUNDLES.test(line)) assertEquals([line, stdout, stderr], [line, printed, ""]);
    }
    rmSync(`${folder}/dist`, { recursive: true });
  }
}, SLOW);

noLeaks();
