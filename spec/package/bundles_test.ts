import { writeFileSync } from "node:fs";
import { installFromNpm } from "./_fixtures/install.ts";
import { assertRecipe, program, recipes } from "../child/_fixtures/deploy_page.ts";
import { assert, assertEquals } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** Whole tools run, several in one case. */
const SLOW = { limit: 120_000 };

const installed = installFromNpm().then(({ user, ended }) => {
  assertEquals(ended.code, 0, ended.stderr);
  writeFileSync(`${user}/main.ts`, program);
  return user;
});

test(
  "npm:@brood/multiprocessing makes bundles and binaries that print what docs/deploy.md says, by its commands",
  async () => {
    assert(recipes.length >= 10);
    for (const recipe of recipes) await assertRecipe(recipe, await installed);
  },
  SLOW,
);

test(
  "npm:@brood/multiprocessing makes such bundles with esbuild also when that asks for what is for one runtime",
  async () => {
    for (const [condition, run] of [["bun", "bun"], ["deno", "deno run --allow-run --allow-net=127.0.0.1"]]) {
      for (const out of ["--outfile=dist/main.js", "--splitting --outdir=dist"]) {
        const make = `esbuild --bundle --format=esm --platform=node --conditions=${condition} ${out} main.ts`;
        await assertRecipe([make, `${run} dist/main.js`], await installed);
      }
    }
  },
  SLOW,
);

noLeaks();
