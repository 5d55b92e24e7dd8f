/**
 * Checks the runner of the spec by a third runtime, which only a file describes: Bun with another flag. What the spec
 * starts is started in its way, a behaviour that fails is named in both files, and the exit code tells.
 *
 * @module
 */
import { equal, match } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { ROOT, SELF } from "../runtimes.mjs";
import { readSpec } from "../conformance/pages.mjs";

/** The area that is asked for. */
const AREA = "package/exports";

const folder = mkdtempSync(`${tmpdir()}/check-`);
try {
  runsAnother();
  namesFailures();
  refuses();
} finally {
  rmSync(folder, { recursive: true });
}
console.log("conformance: a third runtime is run from its description, and failures are named");

/** Cases that all hold, in the place of the area's: one of them asks in which way a program is started. */
function runsAnother() {
  writeFileSync(`${folder}/program.ts`, `console.log(process.execArgv.join());`);
  const sentences = readSpec().find(({ name }) => name === AREA).bullets;
  const { code, last, json } = run(
    `for (const sentence of ${JSON.stringify(sentences)}) test(sentence, () => {});
    test("the third runtime", async () => {
      equal(runtimes.join(), "smol,deno,bun");
      const { stdout } = await run("${folder}/program.ts");
      equal(stdout, "--smol\\n");
    });`,
  );
  equal(last, `${sentences.length + 1} passed, 0 failed`);
  equal(code, 0);
  equal(json.runtimes.map(({ name }) => name).join(), "smol");
  equal(json.behaviours.every(({ smol }) => smol === "passed"), true);
}

/** One case holds, one does not, and the rest of the area's is not there. */
function namesFailures() {
  const { code, stdout, last, json, page } = run(
    `test("mod.ts exports cpuCount", () => {});
    test("mod.ts exports Manager", () => {
      throw new Error("there is no | Manager");
    });`,
    "--repeat",
    "2",
  );
  equal(code, 1);
  match(stdout, /^failed 2 of 2 rounds: smol, package\/exports: mod.ts exports Manager$/m);
  match(last, /^1 passed, [1-9]\d* failed$/);
  const resultOf = (sentence) => json.behaviours.find((each) => each.sentence === sentence).smol;
  equal(resultOf("mod.ts exports cpuCount"), "passed");
  equal(resultOf("mod.ts exports Manager"), "failed");
  const failure = json.failures.find(({ sentence }) => sentence === "mod.ts exports Manager");
  equal(`${failure.runtime} ${failure.times}`, "smol 2");
  match(failure.message, /there is no \| Manager/);
  match(page, /^\*\*smol\*\*, package\/exports, 2 of 2 rounds: mod.ts exports Manager\n\n.*there is no \| Manager/ms);
  match(page, /^\| ✗ \| mod.ts exports Manager \|$/m);
}

function refuses() {
  writeFileSync(`${folder}/empty.mjs`, "export default {};");
  const said = (...args) => {
    const { status, stderr } = start(args);
    equal(status, 2);
    return stderr;
  };
  match(said("--loud"), /Unknown option '--loud'/);
  match(said("--repeat", "0"), /--repeat takes a whole number/);
  match(said("--runtime", "nobody"), /Cannot find the runtime nobody/);
  match(said("--runtime", `${folder}/empty.mjs`), /lacks name, bin, global, run, evaluate, permissions, test/);
}

/** Runs an area under Bun with a flag more, with these cases in the place of its own. */
function run(cases, ...args) {
  writeFileSync(
    `${folder}/smol.mjs`,
    `import { RUNTIMES } from ${JSON.stringify(pathToFileURL(`${ROOT}/scripts/runtimes.mjs`).href)};
    const bun = RUNTIMES.find(({ name }) => name === "bun");
    export default {
      ...bun,
      name: "smol",
      run: ["--smol"],
      evaluate: ["--smol", "-e"],
      test: (_, junit) => ["--smol", ...bun.test("${folder}/cases.ts", junit)],
    };`,
  );
  writeFileSync(
    `${folder}/cases.ts`,
    `import { equal } from "node:assert/strict";
    import { test } from "node:test";
    import { run, runtimes } from "${ROOT}/spec/_support/system.ts";
    ${cases}`,
  );
  const { status, stdout } = start(["--runtime", `${folder}/smol.mjs`, "--out", folder, ...args, AREA]);
  return {
    code: status,
    stdout,
    last: stdout.trimEnd().split("\n").at(-1),
    json: JSON.parse(readFileSync(`${folder}/conformance.json`, "utf8")),
    page: readFileSync(`${folder}/conformance.md`, "utf8"),
  };
}

function start(args) {
  const [program, ...words] = SELF;
  return spawnSync(program, [...words, "scripts/conformance/run.mjs", ...args], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, INIT_CWD: ROOT },
  });
}
