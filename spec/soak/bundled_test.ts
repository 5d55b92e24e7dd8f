import { bundle, type Bundler, project, tool } from "../child/_fixtures/bundles.ts";
import { PROGRAM, toldBy, WORDS } from "../child/_fixtures/compiled_files.ts";
import { assertEquals } from "../_support/assert.ts";
import { runFile } from "../_support/compiled.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

const BUNDLERS: readonly Bundler[] = ["bun", "esbuild", "deno"];

test(
  "freezeSupport() lets a bundled program do all that it does when it is not bundled, whether bun build, esbuild or deno bundle has made it, plain, minified, with a source map, in one file or in several",
  async () => {
    const told = async (path: string) => {
      const { stderr: _, ...all } = toldBy(await run(path, { args: WORDS, limit: 60_000 }), path);
      return all;
    };
    const expected = await told(PROGRAM.replace("spec/", ""));
    for (const by of BUNDLERS) {
      for (const flags of [[], ["--minify"], ["--sourcemap=inline"], ["--minify", "--sourcemap=inline"]]) {
        for (const splits of [false, true]) {
          const path = await bundle(PROGRAM, { by, flags, splits });
          assertEquals([by, flags, splits, await told(path)], [by, flags, splits, expected]);
        }
      }
    }
  },
  { limit: 400_000 },
);

test(
  "freezeSupport() serves what bun build makes of a program as CommonJS, with bytecode or without, and as a binary with bytecode",
  async () => {
    const main = `import { freezeSupport, Pool, Process } from "@brood/multiprocessing";
      import * as self from "./main.ts";
      export const square = (n) => n * n;
      async function main() {
        await freezeSupport(self);
        const code = await new Process({ target: square, args: [2] }).start().join();
        const pool = new Pool(2);
        console.log(code, (await pool.map(square, [1, 2, 3])).join());
        await pool.close();
        await pool.join();
      }
      void main();`;
    const folder = project({ "main.ts": main });
    const built = ["bun", "build", "--target=bun"];
    for (const [at, flags] of [["--format=cjs"], ["--bytecode"], ["--minify", "--bytecode"]].entries()) {
      await tool([...built, ...flags, `--outdir=${folder}/${at}`, "main.ts"], folder);
      const { code, stdout, stderr } = await run(`${folder}/${at}/main.js`, { runtime: "bun" });
      assertEquals([flags, code, stdout, stderr], [flags, 0, "0 1,4,9\n", ""]);
    }
    await tool([...built, "--compile", "--bytecode", `--outfile=${folder}/binary`, "main.ts"], folder);
    const { code, stdout, stderr } = await runFile(`${folder}/binary`, []);
    assertEquals([code, stdout, stderr], [0, "0 1,4,9\n", ""]);
  },
  { limit: 120_000 },
);

noLeaks();
