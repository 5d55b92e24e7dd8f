/**
 * Measures the library on both runtimes beside CPython, the bare runtime and the pools of others, and prints tables for
 * each; the same with all readings goes into a file, and a chart of it. See CONTRIBUTING.md for how to read it.
 *
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { RUNTIMES } from "../scripts/runtimes.mjs";
import { makeTree } from "../scripts/package/tree.mjs";
import { chart } from "./chart.mjs";
import { CODEC_TRIALS } from "./codec_trials.mjs";
import { POOL_TRIALS } from "./pool_trials.mjs";
import { FORK_TRIALS, PROCESS_TRIALS } from "./process_trials.mjs";
import { SHARED_TRIALS } from "./shared_trials.mjs";
import { SIDE_TRIALS, SIDES } from "./side_trials.mjs";
import { endAll } from "./station.mjs";
import { sideTable, table } from "./table.mjs";
import { run } from "./trial.mjs";
import { versions } from "./versions.mjs";

const GROUPS = {
  process: PROCESS_TRIALS,
  fork: FORK_TRIALS,
  pool: POOL_TRIALS,
  codec: CODEC_TRIALS,
  shared: SHARED_TRIALS,
  side: SIDE_TRIALS,
};
const names = RUNTIMES.map(({ name }) => name);
/** Milliseconds for everything. */
const LIMIT = 1_500_000;

const HELP = `npm run bench -- [group or runtime]... [options]

  groups     ${Object.keys(GROUPS).join(", ")}; all unless some are named
             side: everybody side by side, with percentiles for each payload
  runtimes   ${names.join(", ")}; all unless some are named
  --json     file for all readings (bench.json)
  --svg      file for the chart of the group side; none unless it is named
  --quick    one round of each, to see that it runs: the figures mean little
`;

const { positionals, values } = parsed();
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

// Who is ended by force leaves files behind: all are made here, and removed in the end.
process.env.TMPDIR = mkdtempSync(`${tmpdir()}/bench-`);
for (const path of [values.json, values.svg]) if (path !== undefined) writeFileSync(path, "", { flag: "a" });

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));
process.on("exit", () => {
  endAll();
  rmSync(process.env.TMPDIR, { recursive: true, force: true, maxRetries: 5 });
});
setTimeout(() => {
  console.error(`Cannot go on: ${LIMIT / 1000} s are over`);
  process.exit(1);
}, LIMIT).unref();

const results = [];
for (const runtime of RUNTIMES.filter(({ name }) => isChosen(name, names))) {
  const rows = [];
  for (const [group, trials] of Object.entries(GROUPS)) {
    if (isChosen(group, Object.keys(GROUPS))) {
      for (const trial of trials) rows.push(...await rowsOf(trial, runtime));
    }
  }
  const [single, side] = [rows.filter(({ sides }) => !sides), rows.filter(({ sides }) => sides)];
  if (single.length > 0) console.log(`\n${table(runtime.name, single)}`);
  if (side.length > 0) console.log(`\n${sideTable(`${runtime.name}, side by side`, side, SIDES)}`);
  results.push({ runtime: runtime.name, rows });
}
const report = {
  date: new Date(),
  quick: values.quick,
  system: `${process.platform} ${release()}`,
  cpus: cpus().map(({ model }) => model),
  versions: versions(RUNTIMES),
  results,
};
writeFileSync(values.json, JSON.stringify(report, null, 2));
if (values.svg !== undefined) writeFileSync(values.svg, chart(report));
process.exit(results.some(({ rows }) => rows.some(({ failed }) => failed !== undefined)) ? 1 : 0);

/** What was asked for. Ends the program with what is wrong about it. */
function parsed() {
  try {
    const options = {
      json: { type: "string", default: "bench.json" },
      svg: { type: "string" },
      quick: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    };
    const all = parseArgs({ allowPositionals: true, options });
    const unknown = all.positionals.filter((word) => !(word in GROUPS) && !names.includes(word));
    if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(", ")}`);
    return all;
  } catch (error) {
    console.error(`Cannot measure: ${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

/** Whether a word was given, or none of its kind. */
function isChosen(name, kind) {
  return positionals.includes(name) || !positionals.some((word) => kind.includes(word));
}

/** Folder of the stations of a trial: here, or in a copy where the library is what is published for a runtime. */
async function folderOf({ isPublished = false }, name) {
  if (!isPublished) return new URL("./", import.meta.url);
  const root = mkdtempSync(`${tmpdir()}/published-`);
  await makeTree(root, name);
  return pathToFileURL(`${root}/bench/`);
}

/** Rows of a trial; one that says why there are none when it fails. */
async function rowsOf(trial, { name, bin, run: runs }) {
  const start = performance.now();
  try {
    const folder = await folderOf(trial, name);
    const command = (program) => {
      const path = fileURLToPath(new URL(program, folder));
      return program.endsWith(".py")
        ? ["python3", path]
        : [bin, ...runs, ...(runs.includes("--allow-all") ? ["--no-check"] : []), path];
    };
    const rowsFor = (readings) =>
      trial.rows(readings).map(({ goals, ...row }) =>
        goals === undefined ? row : { ...row, goal: { most: goals[name] } }
      );
    const { readings, rows } = await run({ ...trial, rows: rowsFor }, command, values.quick);
    // Readings stand once, in the first row of their trial.
    return rows.map((row, place) => place === 0 ? { ...row, readings } : row);
  } catch (error) {
    return [{ what: trial.what, failed: error.message }];
  } finally {
    console.error(`${name}, ${trial.what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
}
